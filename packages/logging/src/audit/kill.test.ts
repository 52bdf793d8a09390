import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAuditLog } from './audit-log.ts'
import { verifyAuditFile } from './verify.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../../../', import.meta.url))
const secret = 'a secret of the server'
let directory: string

beforeAll(() => {
  // Inside the package, so that the built script finds its dependencies.
  const cache = join(here, '../../node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  directory = mkdtempSync(join(cache, 'audit-kill-'))
  const entry = join(here, '__fixtures__/append-until-killed.ts')
  const build = ['--no-config', '--silent', '--format', 'esm', '--out-dir', directory, entry]
  execFileSync(process.execPath, [join(root, 'node_modules/tsup/dist/cli-default.js'), ...build], { cwd: join(here, '../..') })
}, 60_000)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Runs the script until it has acknowledged some records, kills it in the middle of the next, and gives the last it acknowledged. */
async function killAfter(file: string, records: number): Promise<number> {
  const child = spawn(process.execPath, [join(directory, 'append-until-killed.js'), file, secret], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let acknowledged = 0
  for await (const lines of child.stdout) {
    acknowledged = Math.max(acknowledged, ...String(lines).trim().split('\n').map(Number))
    if (acknowledged >= records) child.kill('SIGKILL')
  }
  await ended
  return acknowledged
}

it('has every acknowledged record and a whole chain after kill -9 in the middle of appending, three times over', async () => {
  const file = join(directory, 'audit.db')
  let acknowledged = 0
  for (const records of [1, 25, 60]) {
    acknowledged += await killAfter(file, records)
    expect(await verifyAuditFile(file, { secret })).toMatchObject({ ok: true })
    const audit = createAuditLog({ file, secret })
    await audit.start()
    expect(await audit.verify()).toMatchObject({ ok: true })
    const recovered = await audit.query({ action: 'audit.recovered' })
    expect(recovered.records[0]).toMatchObject({ sequence: (await audit.query()).total })
    // One more may have been written and not been acknowledged any more, each time.
    const written = (await audit.query({ action: 'config.reload' })).total
    expect(written).toBeGreaterThanOrEqual(acknowledged)
    acknowledged = written
    await audit.close()
  }
}, 60_000)
