import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryKeyStore, type IssuedKey, type KeySecret, type KeyStore } from '@proxyapi/server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openKeyStore } from '../../src/keys/open-key-store.ts'
import { hasPostgres, type Postgres, startPostgres } from './start-postgres.ts'

const secret = 'a secret of these tests'

function key(id: string, more: Partial<IssuedKey> = {}): IssuedKey {
  return {
    id,
    prefix: 'sk-first',
    name: `key "${id}" ünï`,
    role: 'user',
    models: ['openai/*'],
    tags: ['a'],
    metadata: { cost: '17' },
    criticality: 'default',
    isBlocked: false,
    createdAtMs: 1_700_000_000_000,
    updatedAtMs: 1_700_000_000_000,
    previous: [],
    ...more,
  }
}

function secretOf(digest: string, prefix = 'sk-first'): KeySecret {
  return { digest, prefix }
}

interface Opened {
  readonly store: KeyStore
  /** Another one over the same keys; the memory's is itself. */
  readonly other: KeyStore
}

const whole = key('whole', {
  owner: 'ana',
  team: 'shop',
  routes: ['/v1/*'],
  limits: { requestsPerMinute: 1, tokensPerMinute: 1_000_000_000_000, parallelRequests: 3 },
  budget: { limitNanoUsd: 9_000_000_000_000_000, window: 'total', hard: false, alertAt: [0.5, 1], timeZone: 'Europe/Berlin' },
  createdBy: 'ops',
  expiresAtMs: 4_102_444_800_000,
})

/** What every store of issued keys does. */
function describeKeyStore(name: string, open: () => Promise<Opened>): void {
  describe(`issued keys in ${name}`, () => {
    let store: KeyStore
    let other: KeyStore
    beforeEach(async () => {
      ;({ store, other } = await open())
    })
    afterEach(async () => {
      await store.close()
      if (other !== store) await other.close()
    })

    it('come back as they were', async () => {
      await store.create(whole, secretOf('d-1'))
      expect(await other.get('whole')).toEqual(whole)
      expect(await other.find('d-1', 0)).toEqual({ key: whole, secretExpiresAtMs: undefined })
      expect([await store.get('none'), await store.find('d-2', 0)]).toEqual([undefined, undefined])
    })

    it('have secrets of their own', async () => {
      await store.create(key('one'), secretOf('d-1'))
      await expect(store.create(key('two'), secretOf('d-1'))).rejects.toMatchObject({ code: 'conflict' })
      expect([await store.get('two'), (await store.find('d-1', 0))?.key.id]).toEqual([undefined, 'one'])
    })

    it('are listed newest first, in pages without gaps or repeats', async () => {
      const ids = ['a', 'b', 'c', 'd', 'e']
      for (const [index, id] of ids.entries())
        await store.create(
          key(id, { createdAtMs: 1_000 + Math.floor(index / 2), team: index < 3 ? 'x' : 'y', owner: id }),
          secretOf(`d-${id}`),
        )
      const seen: string[] = []
      let after: { readonly createdAtMs: number; readonly id: string } | undefined
      for (;;) {
        const page = await store.list({ limit: 2, after })
        seen.push(...page.map(({ id }) => id))
        after = page.at(-1)
        if (page.length < 2) break
      }
      expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'])
      expect((await store.list({ limit: 9, team: 'x' })).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
      expect((await store.list({ limit: 9, team: 'x', owner: 'b' })).map(({ id }) => id)).toEqual(['b'])
    })

    it('are changed in one step, or not at all', async () => {
      await store.create(whole, secretOf('d-1'))
      const changed = await store.update('whole', ({ routes: _routes, budget: _budget, ...rest }) => ({
        ...rest,
        isBlocked: true,
        name: 'new',
      }))
      expect(await other.get('whole')).toEqual(changed)
      expect([changed?.isBlocked, changed?.name, changed?.routes, changed?.budget]).toEqual([true, 'new', undefined, undefined])
      const refused = store.update('whole', () => {
        throw new Error('no')
      })
      await expect(refused).rejects.toThrow('no')
      expect(await store.get('whole')).toEqual(changed)
      expect(await store.update('none', (present) => present)).toBeUndefined()
    })

    it('lose no change to another that is made at the same time', async () => {
      await store.create(key('one', { metadata: { n: '0' } }), secretOf('d-1'))
      const count = (of: KeyStore): Promise<unknown> =>
        of.update('one', (present) => ({ ...present, metadata: { n: String(Number(present.metadata['n']) + 1) } }))
      await Promise.all(Array.from({ length: 20 }, (_, index) => count(index % 2 === 0 ? store : other)))
      expect((await store.get('one'))?.metadata).toEqual({ n: '20' })
    })

    it('serve by the secret before a rotation until its grace is over', async () => {
      await store.create(key('one'), secretOf('d-1'))
      const rotated = await store.rotate('one', secretOf('d-2', 'sk-secon'), { nowMs: 1_000, graceUntilMs: 5_000 })
      expect([rotated?.prefix, rotated?.updatedAtMs, rotated?.previous]).toEqual([
        'sk-secon',
        1_000,
        [{ prefix: 'sk-first', expiresAtMs: 5_000 }],
      ])
      expect([(await store.find('d-1', 4_999))?.secretExpiresAtMs, await store.find('d-1', 5_000)]).toEqual([5_000, undefined])
      expect((await other.find('d-2', 9_000))?.secretExpiresAtMs).toBeUndefined()
      // The next rotation lengthens nothing, and without grace nothing of before is left.
      expect(
        (await store.rotate('one', secretOf('d-3'), { nowMs: 2_000, graceUntilMs: 9_000 }))?.previous.map((one) => one.expiresAtMs),
      ).toEqual([5_000, 9_000])
      expect((await store.rotate('one', secretOf('d-4'), { nowMs: 3_000, graceUntilMs: 3_000 }))?.previous).toEqual([])
      expect(await Promise.all(['d-1', 'd-2', 'd-3'].map((digest) => store.find(digest, 3_000)))).toEqual([undefined, undefined, undefined])
      expect((await store.find('d-4', 3_000))?.key.id).toBe('one')
    })

    it('have a bounded number of secrets, however often they are rotated', async () => {
      await store.create(key('one', { createdAtMs: 0 }), secretOf('d-0'))
      for (let n = 1; n <= 12; n++) await store.rotate('one', secretOf(`d-${n}`), { nowMs: n, graceUntilMs: 1_000_000 })
      expect((await store.get('one'))?.previous.length).toBe(9)
      expect([await store.find('d-2', 100), (await store.find('d-3', 100))?.key.id]).toEqual([undefined, 'one'])
    })

    it('are gone with their secrets once they are removed', async () => {
      await store.create(key('one'), secretOf('d-1'))
      expect([await store.remove('one'), await store.remove('one')]).toEqual([true, false])
      expect([await other.get('one'), await other.find('d-1', 0)]).toEqual([undefined, undefined])
    })

    it('remember the latest use', async () => {
      await store.create(key('one'), secretOf('d-1'))
      await store.create(key('two'), secretOf('d-2'))
      await store.touch(
        new Map([['one', 500], ['gone', 1], ...Array.from({ length: 600 }, (_, n) => [`x-${n}`, n] as const), ['two', 700]]),
      )
      await store.touch(new Map([['one', 400]]))
      expect([(await other.get('one'))?.lastUsedAtMs, (await other.get('two'))?.lastUsedAtMs]).toEqual([500, 700])
    })

    it('keep their use through a change', async () => {
      await store.create(key('one'), secretOf('d-1'))
      await store.touch(new Map([['one', 500]]))
      await store.update('one', ({ lastUsedAtMs: _used, ...present }) => ({ ...present, name: 'new' }))
      const changed = await store.get('one')
      expect([changed?.name, changed?.lastUsedAtMs]).toEqual(['new', 500])
    })

    it('tell what has changed', async () => {
      const { sequence } = await other.changesAfter(undefined)
      await store.create(key('one'), secretOf('d-1'))
      await store.update('one', (present) => present)
      const changes = await other.changesAfter(sequence)
      // Those of a memory may be any.
      expect(changes.ids === undefined || changes.ids.join() === 'one,one').toBe(true)
      expect(changes.sequence).toBe(sequence + 2)
      expect(await other.changesAfter(changes.sequence)).toEqual({ sequence: changes.sequence, ids: [] })
      expect((await other.changesAfter(changes.sequence + 1_000)).ids).toBeUndefined()
    })
  })
}

describeKeyStore('memory', async () => {
  const store = createMemoryKeyStore()
  return { store, other: store }
})

const folders: string[] = []
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'proxyapi-keys-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

async function openTwo(url: string, folder: string | undefined): Promise<Opened> {
  const open = async (): Promise<KeyStore> => {
    const store = await openKeyStore({ config: { database: { url } }, folder, secret })
    if (store === undefined) throw new Error('There is no store.')
    return store
  }
  return { store: await open(), other: await open() }
}

describeKeyStore('SQLite', () => openTwo('', newFolder()))

describe('the file of SQLite', () => {
  it('is its owner’s alone, and holds digests and no secret', async () => {
    const folder = newFolder()
    const { store, other } = await openTwo('', folder)
    await store.create(key('one'), secretOf('digest-of-a-key'))
    await Promise.all([store.close(), other.close()])
    const file = join(folder, 'keys.db')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file).includes(secret)).toBe(false)
  })

  it('is refused under another secret than the one that its keys were made under', async () => {
    const folder = newFolder()
    const { store, other } = await openTwo('', folder)
    await store.create(key('one'), secretOf('digest-of-a-key'))
    await Promise.all([store.close(), other.close()])
    const opening = openKeyStore({ config: { database: { url: '' } }, folder, secret: 'another secret' })
    await expect(opening).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('PROXYAPI_SECRET') as string })
  })

  it('is made for the first key, and seen by those who were there before', async () => {
    const folder = newFolder()
    const { store, other } = await openTwo('', folder)
    const before = [await store.find('d-1', 0), await store.get('one'), await store.list({ limit: 10 }), await store.remove('one')]
    expect(before).toEqual([undefined, undefined, [], false])
    expect(await store.changesAfter(undefined)).toEqual({ sequence: 0, ids: [] })
    expect(existsSync(join(folder, 'keys.db'))).toBe(false)
    await other.create(key('one'), secretOf('d-1'))
    expect([(await store.find('d-1', 0))?.key.id, (await store.changesAfter(0)).ids]).toEqual(['one', ['one']])
    await Promise.all([store.close(), other.close()])
  })

  it('takes the first keys of two that make it at the same moment', async () => {
    for (let round = 0; round < 30; round++) {
      const { store, other } = await openTwo('', newFolder())
      await Promise.all([store.create(key('one'), secretOf('d-1')), other.create(key('two'), secretOf('d-2'))])
      expect([(await other.find('d-1', 0))?.key.id, (await store.find('d-2', 0))?.key.id]).toEqual(['one', 'two'])
      await Promise.all([store.close(), other.close()])
    }
  })

  it('that can’t be made fails the call that needs it, and is tried again', async () => {
    const folder = join(newFolder(), 'gone')
    const store = await openKeyStore({ config: { database: { url: '' } }, folder, secret })
    await expect(store?.create(key('one'), secretOf('d-1'))).rejects.toMatchObject({ code: 'ENOENT' })
    mkdirSync(folder)
    await store?.create(key('one'), secretOf('d-1'))
    expect((await store?.find('d-1', 0))?.key.id).toBe('one')
    await store?.close()
  })

  it('is not there without a folder', async () => {
    expect(await openKeyStore({ config: { database: { url: '' } }, folder: undefined, secret })).toBeUndefined()
  })
})

describe.skipIf(!hasPostgres)('a real PostgreSQL', () => {
  let postgres: Postgres
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  describeKeyStore('PostgreSQL', () => openTwo(postgres.createDatabase(), undefined))

  it('is migrated once by many that start at the same time', async () => {
    const url = postgres.createDatabase()
    const opened = await Promise.all(
      Array.from({ length: 5 }, () => openKeyStore({ config: { database: { url } }, folder: undefined, secret })),
    )
    expect((await opened[0]?.changesAfter(undefined))?.sequence).toBe(0)
    await Promise.all(opened.map((store) => store?.close()))
  })

  it('that is not there is told at once', async () => {
    const opening = openKeyStore({ config: { database: { url: 'postgres://x@127.0.0.1:1/none' } }, folder: undefined, secret })
    await expect(opening).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
