import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEnvelopeCodec, jsonCodec } from '../../cache/store/envelope.ts'
import { answerFor } from './__fixtures__/answer-for.ts'
import { deflateCompressor } from './compressor.ts'
import { createDiskStore } from './disk-store.ts'

const packageFolder = fileURLToPath(new URL('../../..', import.meta.url))
const tsup = fileURLToPath(new URL('../../../../../node_modules/tsup/dist/cli-default.js', import.meta.url))
const envelope = createEnvelopeCodec<string>({ codec: jsonCodec(), compressor: deflateCompressor, compressFromBytes: 1024 })
let folder: string

beforeAll(() => {
  // Inside the package, so that the built script finds its dependencies.
  const cache = join(packageFolder, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'disk-fail-'))
  const script = join(packageFolder, 'src/node/cache/__fixtures__/write-until-killed.ts')
  execFileSync(process.execPath, [tsup, '--no-config', '--silent', '--format', 'esm', '--out-dir', folder, script], { cwd: packageFolder })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Lets a writer store some answers, kills it in the middle of the next, and gives the keys of the last it said were stored. */
async function killAfter(path: string, seed: number, turns: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(folder, 'write-until-killed.js'), path, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let text = ''
  for await (const piece of child.stdout) {
    text += String(piece)
    if (text.split('\n').length > turns) child.kill('SIGKILL')
  }
  await ended
  return text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1)?.split(' ') ?? []
}

it('has every answer it had stored, and no wrong one, after a hundred kill -9 in the middle of writing', { timeout: 120_000 }, async () => {
  const path = join(folder, 'cache.db')
  for (let task = 0; task < 10; task++) {
    // Ten processes write to one file, as workers do.
    const stored = await Promise.all(
      Array.from({ length: 10 }, (_, writer) => killAfter(path, task * 10 + writer, 1 + ((task + writer) % 9))),
    )
    const store = createDiskStore<string>({ path, maxBytes: 20_000_000, envelope }, { now: () => Date.now() })
    for (const key of stored.flat()) expect((await store.get(key))?.value).toBe(answerFor(key, 0).value)
    for (let key = 0; key < 300; key++) expect([undefined, answerFor(`k${key}`, 0).value]).toContain((await store.get(`k${key}`))?.value)
    const { entries } = await store.figures()
    expect(await store.remove({ tag: stored[0]?.[0] })).toBe(1)
    expect((await store.figures()).entries).toBe(entries - 1)
    await store.close()
  }
  expect(existsSync(`${path}.damaged`)).toBe(false)
})
