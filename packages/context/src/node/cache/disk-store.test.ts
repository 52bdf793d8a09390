import { existsSync } from 'node:fs'
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createEnvelopeCodec, jsonCodec } from '../../cache/store/envelope.ts'
import type { CacheStore } from '../../cache/store/store.ts'
import { describeCacheStore } from '../../testing/describe-cache-store.ts'
import { createFakeDeps } from '../../testing/fake-deps.ts'
import { entryOf, noise, type TestValue } from '../../testing/store-entries.ts'
import { deflateCompressor } from './compressor.ts'
import { createDiskStore } from './disk-store.ts'

const folders: string[] = []
const envelope = createEnvelopeCodec<TestValue>({ codec: jsonCodec(), compressor: deflateCompressor, compressFromBytes: 1024 })
const deps = createFakeDeps(Date.now())

async function newPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cache-disk-'))
  folders.push(folder)
  return join(folder, 'missing', 'folders', 'cache.db')
}

function diskAt(path: string): CacheStore<TestValue> {
  return createDiskStore({ path, maxBytes: 2_000_000, envelope }, deps)
}

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

describeCacheStore({ describe, it }, 'disk', {
  create: async (ownWorld) => createDiskStore({ path: await newPath(), maxBytes: 2_000_000, envelope }, ownWorld),
})

describeCacheStore({ describe, it }, 'disk of one process', {
  create: async (ownWorld) => createDiskStore({ path: await newPath(), maxBytes: 2_000_000, envelope, isExclusive: true }, ownWorld),
})

describe('the disk level', () => {
  let path: string
  beforeEach(async () => {
    path = await newPath()
  })

  it('remembers over a restart', async () => {
    const before = diskAt(path)
    await before.set('k', entryOf(noise(5000, 1), deps))
    await before.close()
    const after = diskAt(path)
    expect((await after.get('k'))?.value.text).toBe(noise(5000, 1))
    await after.close()
  })

  it('knows the keys of a file that it alone uses, from before and after a sweep', async () => {
    const exclusive = (): CacheStore<TestValue> => createDiskStore({ path, maxBytes: 2_000_000, envelope, isExclusive: true }, deps)
    const before = exclusive()
    for (let index = 0; index < 100; index++) await before.set(`old${index}`, entryOf('a', deps))
    await before.close()
    const after = exclusive()
    const [, sweeping] = [await after.get('nothing'), after.sweep()]
    for (let index = 0; index < 100; index++) await after.set(`new${index}`, entryOf('b', deps))
    await sweeping
    for (let index = 0; index < 100; index++) {
      expect((await after.get(`old${index}`))?.value.text).toBe('a')
      expect((await after.get(`new${index}`))?.value.text).toBe('b')
    }
    await after.close()
  })

  it('gives its best entries first', async () => {
    const store = diskAt(path)
    await store.set('cheap', entryOf('a', deps))
    await store.set('dear', entryOf('b', deps, { costNanoUsd: 1_000_000_000 }))
    await store.set('expired', entryOf('c', deps, { expiresAtMs: deps.now() - 1 }))
    expect((await store.hottest(2)).map(([key]) => key)).toEqual(['dear', 'cheap'])
    await store.close()
  })

  it('keeps file and log together within the limit', async () => {
    const store = diskAt(path)
    for (let index = 0; index < 300; index++) await store.set(`k${index}`, entryOf(noise(12_000, index), deps))
    const sizes = await Promise.all([path, `${path}-wal`].map(async (file) => (existsSync(file) ? (await stat(file)).size : 0)))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2_000_000)
    await store.close()
  })

  it('is readable by its owner only', async () => {
    const store = diskAt(path)
    await store.set('k', entryOf('a', deps))
    expect((await stat(path)).mode & 0o077).toBe(0)
    await store.close()
  })

  it('leaves no trace of what was removed', async () => {
    const store = diskAt(path)
    await store.set('k', entryOf('SECRETMARK '.repeat(20), deps, { model: 'SECRETMODEL' }))
    await store.set('other', entryOf('a', deps))
    await store.remove({ model: 'SECRETMODEL' })
    await store.close()
    const bytes = (await readFile(path)).toString('latin1')
    expect(bytes).not.toContain('SECRETMODEL')
    expect(bytes).not.toContain(Buffer.from('SECRETMARK SECRETMARK').toString('base64').slice(4, 20))
  })

  it.each([
    ['text', () => writeFile(path, 'this is no database, it is a text of some length')],
    ['nothing but zeros', () => writeFile(path, Buffer.alloc(100_000))],
    ['a database of another program', () => writeForeignDatabase()],
  ])('sets a file aside that holds %s, and begins a new one', async (_name, damage) => {
    const first = diskAt(path)
    await first.set('k', entryOf('a', deps))
    await first.close()
    await damage()
    const second = diskAt(path)
    expect(await second.get('k')).toBeUndefined()
    await second.set('k', entryOf('b', deps))
    expect((await second.get('k'))?.value.text).toBe('b')
    await second.close()
    expect(existsSync(`${path}.damaged`)).toBe(true)
  })

  async function writeForeignDatabase(): Promise<void> {
    await rm(path)
    const { KeyvSqlite } = await import('@keyv/sqlite')
    const foreign = new KeyvSqlite({ uri: `sqlite://${path}` })
    await foreign.query('PRAGMA user_version = 99')
    await foreign.close()
  }

  it('never gives a wrong answer from a file with flipped bytes', async () => {
    const first = diskAt(path)
    for (let index = 0; index < 50; index++) await first.set(`k${index}`, entryOf(`${index}:${noise(3000, index)}`, deps))
    await first.close()
    const file = await open(path, 'r+')
    const { size } = await file.stat()
    for (let at = 5000; at < size; at += 6007) await file.write(Buffer.from([0x5a, 0xa5]), 0, 2, at)
    await file.close()
    const second = diskAt(path)
    for (let index = 0; index < 50; index++) {
      const entry = await second.get(`k${index}`).catch(() => undefined)
      expect(entry === undefined || entry.value.text === `${index}:${noise(3000, index)}`).toBe(true)
    }
    await second.set('new', entryOf('works', deps)).catch(() => second.set('new', entryOf('works', deps)))
    expect((await second.get('new'))?.value.text).toBe('works')
    await second.close()
  })

  it('rejects, and ends no process, where no file can be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cache-disk-'))
    folders.push(folder)
    await writeFile(join(folder, 'plain'), '')
    const store = diskAt(join(folder, 'plain', 'cache.db'))
    await expect(store.get('k')).rejects.toThrow(/ENOTDIR|EEXIST/)
    await store.close()
  })
})
