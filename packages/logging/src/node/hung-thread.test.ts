import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Built, buildPrograms } from './__fixtures__/built.ts'

let built: Built
beforeAll(() => {
  built = buildPrograms(['node/__fixtures__/end-with-hung-thread.ts', 'node/__fixtures__/hung-thread.ts'])
}, 60_000)
afterAll(() => built.remove())

it.each(['exit', 'return'])(
  'a thread that blocks for good does not keep the process from its end (%s)',
  async (end) => {
    const [program, thread] = ['end-with-hung-thread.js', 'hung-thread.js'].map((name) => join(built.directory, name))
    const { stdout } = await promisify(execFile)(process.execPath, [program ?? '', thread ?? '', end], { timeout: 20_000 })
    expect(JSON.parse(stdout)).toEqual({ queue: 0, store: 0, worker: 1, audit: 0 })
  },
  30_000,
)
