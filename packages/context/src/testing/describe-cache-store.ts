import type { EntrySelector } from '../cache/store/entry.ts'
import type { CacheStore } from '../cache/store/store.ts'
import { systemDeps } from '../deps.ts'
import { createFakeDeps, type FakeDeps } from './fake-deps.ts'
import { entryOf, noise, type TestValue } from './store-entries.ts'

/** The two functions that vitest, jest and `node:test` have in common. */
export interface TestFramework {
  readonly describe: (name: string, define: () => void) => unknown
  readonly it: (name: string, run: () => Promise<void>) => unknown
}

/** The bounds that the contract checks. */
export interface StoreContract {
  /** Makes an empty store for 2,000,000 bytes whose time is that of `deps`. */
  readonly create: (deps: FakeDeps) => CacheStore<TestValue> | Promise<CacheStore<TestValue>>
}

type Check = (store: CacheStore<TestValue>, deps: FakeDeps) => Promise<void>

const maxBytes = 2_000_000

/** One text for values that are equal as JSON, whatever the order of their keys. */
function sortedText(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  )
}

function equal(found: unknown, wanted: unknown, what: string): void {
  if (sortedText(found) === sortedText(wanted)) return
  throw new Error(`${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`)
}

async function hasText(store: CacheStore<TestValue>, key: string, text: string | undefined): Promise<void> {
  equal((await store.get(key))?.value.text, text, `the entry of ${key}`)
}

const lookUps: Readonly<Record<string, Check>> = {
  'gives back what was stored, whole': async (store, deps) => {
    const entry = entryOf('olá 🌍 \u0000 "quoted"', deps, { tags: ['a', 'ü'], user: 'u1', freshForMs: 5000, costNanoUsd: null })
    await store.set('k', entry)
    equal(await store.get('k'), entry, 'the entry')
  },
  'misses what was never stored': (store) => hasText(store, 'nothing', undefined),
  'replaces an entry': async (store, deps) => {
    await store.set('k', entryOf('old', deps))
    await store.set('k', entryOf('new', deps))
    await hasText(store, 'k', 'new')
    equal((await store.figures()).entries, 1, 'entries')
  },
  'takes many calls at once': async (store, deps) => {
    const keys = Array.from({ length: 100 }, (_, index) => `k${index}`)
    await Promise.all(keys.map((key) => store.set(key, entryOf(key, deps))))
    await Promise.all(keys.map((key) => hasText(store, key, key)))
  },
  'stores many entries in one step, where it can, and the last of one key': async (store, deps) => {
    if (store.setMany === undefined) return
    const keys = Array.from({ length: 1000 }, (_, index) => `k${index}`)
    await store.setMany([...keys, ...keys.slice(0, 10)].map((key, index) => [key, entryOf(`${key} ${index}`, deps)]))
    await hasText(store, 'k0', 'k0 1000')
    await hasText(store, 'k999', 'k999 999')
    equal((await store.figures()).entries, 1000, 'entries')
  },
  'does not deny a key that it holds': async (store, deps) => {
    for (let index = 0; index < 100; index++) await store.set(`k${index}`, entryOf('a', deps))
    for (let index = 0; index < 100; index++) equal(store.mayHave?.(`k${index}`) !== false, true, `may have k${index}`)
  },
}

const ageing: Readonly<Record<string, Check>> = {
  'misses an entry from the moment it expires': async (store, deps) => {
    await store.set('k', entryOf('a', deps, { expiresAtMs: deps.now() + 1000 }))
    await deps.advance(999)
    await hasText(store, 'k', 'a')
    await deps.advance(1)
    await hasText(store, 'k', undefined)
    equal((await store.figures()).entries, 0, 'entries')
  },
  'sweeps what has expired and nobody asked for': async (store, deps) => {
    for (let index = 0; index < 20; index++)
      await store.set(`k${index}`, entryOf('a', deps, { expiresAtMs: deps.now() + (index % 2 === 0 ? 1000 : 5000) }))
    await deps.advance(2000)
    await store.sweep()
    equal((await store.figures()).entries, 10, 'entries')
  },
}

const bounds: Readonly<Record<string, Check>> = {
  'stays within its bytes, and says how many entries gave way': async (store, deps) => {
    for (let index = 0; index < 400; index++) {
      await store.set(`k${index}`, entryOf(noise(10_000, index), deps))
      if (index % 20 === 0) equal((await store.figures()).bytes <= maxBytes, true, 'bytes within the limit')
    }
    const figures = await store.figures()
    equal(figures.maxBytes, maxBytes, 'maxBytes')
    equal(figures.bytes > 500_000 && figures.bytes <= maxBytes, true, `${figures.bytes} bytes are a good part of the limit`)
    equal(figures.evictions, 400 - figures.entries, 'evictions')
  },
  'does not store what alone is too large': async (store, deps) => {
    await store.set('small', entryOf('a', deps))
    await store.set('large', entryOf(noise(3_000_000, 1), deps))
    await hasText(store, 'large', undefined)
    await hasText(store, 'small', 'a')
  },
  'closes twice without complaint': async (store) => {
    await store.close()
  },
}

const removals: readonly (readonly [name: string, selector: EntrySelector, gone: readonly string[]])[] = [
  ['model', { model: 'm2' }, ['b']],
  ['provider', { provider: 'p2' }, ['c']],
  ['tag', { tag: 'red' }, ['a', 'b']],
  ['user', { user: 'u2' }, ['b', 'd']],
  ['two fields at once', { tag: 'red', user: 'u2' }, ['b']],
  ['a tag that needs quoting', { tag: `it's "%_` }, ['d']],
  ['nothing that matches', { model: 'other' }, []],
  ['no field: all', {}, ['a', 'b', 'c', 'd']],
]

async function checkRemoval(store: CacheStore<TestValue>, deps: FakeDeps, selector: EntrySelector): Promise<readonly string[]> {
  await store.set('a', entryOf('a', deps, { tags: ['red', 'blue'], user: 'u1' }))
  await store.set('b', entryOf('b', deps, { model: 'm2', tags: ['red'], user: 'u2' }))
  await store.set('c', entryOf('c', deps, { provider: 'p2' }))
  await store.set('d', entryOf('d', deps, { tags: [`it's "%_`], user: 'u2' }))
  const counted = await store.count?.(selector)
  const count = await store.remove(selector)
  const gone: string[] = []
  for (const key of ['a', 'b', 'c', 'd']) if ((await store.get(key)) === undefined) gone.push(key)
  equal(count, gone.length, 'the number of removed entries')
  if (counted !== undefined) equal(counted, gone.length, 'the number of entries that were counted before')
  return gone
}

/**
 * Defines the tests that every store of the response cache must pass.
 *
 * @example
 * import { describe, it } from 'vitest'
 * describeCacheStore({ describe, it }, 'my store', { create: (deps) => createMyStore({ maxBytes: 2_000_000 }, deps) })
 */
export function describeCacheStore({ describe, it }: TestFramework, name: string, { create }: StoreContract): void {
  const test = (title: string, check: Check): void => {
    it(title, async () => {
      const deps = createFakeDeps(systemDeps.now())
      const store = await create(deps)
      try {
        await check(store, deps)
      } finally {
        await store.close()
      }
    })
  }
  describe(`a cache store: ${name}`, () => {
    for (const [title, check] of Object.entries({ ...lookUps, ...ageing, ...bounds })) test(title, check)
    for (const [field, selector, gone] of removals)
      test(`removes by ${field}, and nothing else`, async (store, deps) => {
        equal(await checkRemoval(store, deps, selector), gone, 'removed entries')
      })
  })
}
