import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CacheEntry, EntryMeta } from '../store/entry.ts'
import type { CacheStore } from '../store/store.ts'
import { createFakeDeps, type FakeDeps } from './fake-deps.ts'

export interface TestValue {
  readonly text: string
}

export interface ContractSetup {
  /** Makes a store for 2,000,000 bytes. */
  readonly create: (deps: FakeDeps) => CacheStore<TestValue> | Promise<CacheStore<TestValue>>
  readonly skip?: boolean
}

export function entryOf(text: string, deps: FakeDeps, meta: Partial<EntryMeta> = {}): CacheEntry<TestValue> {
  return {
    value: { text },
    meta: { storedAtMs: deps.now(), expiresAtMs: deps.now() + 60_000, costNanoUsd: 1000, model: 'm', provider: 'p', tags: [], ...meta },
  }
}

/** Text that no codec makes small. */
export function noise(length: number, seed: number): string {
  let state = seed + 1
  let text = ''
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    text += state.toString(36)
  }
  return text.slice(0, length)
}

/** What every level of the cache promises, run against each of them. */
export function describeStore(name: string, { create, skip = false }: ContractSetup): void {
  describe.skipIf(skip)(`a cache store: ${name}`, () => {
    let deps: FakeDeps
    let store: CacheStore<TestValue>
    beforeEach(async () => {
      deps = createFakeDeps(Date.now())
      store = await create(deps)
    })
    afterEach(() => store.close())

    it('gives back what was stored, whole', async () => {
      const entry = entryOf('olá 🌍 \u0000 "quoted"', deps, { tags: ['a', 'ü'], user: 'u1', freshForMs: 5000, costNanoUsd: null })
      await store.set('k', entry)
      expect(await store.get('k')).toEqual(entry)
    })

    it('misses what was never stored', async () => {
      expect(await store.get('nothing')).toBeUndefined()
    })

    it('replaces an entry', async () => {
      await store.set('k', entryOf('old', deps))
      await store.set('k', entryOf('new', deps))
      expect((await store.get('k'))?.value.text).toBe('new')
      expect((await store.figures()).entries).toBe(1)
    })

    it('misses an entry from the moment it expires', async () => {
      await store.set('k', entryOf('a', deps, { expiresAtMs: deps.now() + 1000 }))
      await deps.advance(999)
      expect(await store.get('k')).toBeDefined()
      await deps.advance(1)
      expect(await store.get('k')).toBeUndefined()
      expect((await store.figures()).entries).toBe(0)
    })

    it('sweeps what has expired and nobody asked for', async () => {
      for (let index = 0; index < 20; index++) {
        const lifeMs = index % 2 === 0 ? 1000 : 5000
        await store.set(`k${index}`, entryOf('a', deps, { expiresAtMs: deps.now() + lifeMs }))
      }
      await deps.advance(2000)
      await store.sweep()
      expect((await store.figures()).entries).toBe(10)
    })

    it.each([
      ['model', { model: 'm2' }, ['b']],
      ['provider', { provider: 'p2' }, ['c']],
      ['tag', { tag: 'red' }, ['a', 'b']],
      ['user', { user: 'u2' }, ['b', 'd']],
      ['two fields at once', { tag: 'red', user: 'u2' }, ['b']],
      ['a tag that needs quoting', { tag: `it's "%_` }, ['d']],
      ['nothing that matches', { model: 'other' }, []],
      ['no field: all', {}, ['a', 'b', 'c', 'd']],
    ])('removes by %s, and nothing else', async (_name, selector, gone) => {
      await store.set('a', entryOf('a', deps, { tags: ['red', 'blue'], user: 'u1' }))
      await store.set('b', entryOf('b', deps, { model: 'm2', tags: ['red'], user: 'u2' }))
      await store.set('c', entryOf('c', deps, { provider: 'p2' }))
      await store.set('d', entryOf('d', deps, { tags: [`it's "%_`], user: 'u2' }))
      expect(await store.remove(selector)).toBe(gone.length)
      for (const key of ['a', 'b', 'c', 'd']) expect((await store.get(key)) === undefined).toBe(gone.includes(key))
    })

    it('stays within its bytes, and says how many entries gave way', async () => {
      for (let index = 0; index < 400; index++) {
        await store.set(`k${index}`, entryOf(noise(10_000, index), deps))
        if (index % 20 === 0) expect((await store.figures()).bytes).toBeLessThanOrEqual(2_000_000)
      }
      const { entries, bytes, maxBytes, evictions } = await store.figures()
      expect(maxBytes).toBe(2_000_000)
      expect(bytes).toBeLessThanOrEqual(2_000_000)
      expect(bytes).toBeGreaterThan(500_000)
      expect(evictions).toBe(400 - entries)
    })

    it('does not store what alone is too large', async () => {
      await store.set('small', entryOf('a', deps))
      await store.set('large', entryOf(noise(3_000_000, 1), deps))
      expect(await store.get('large')).toBeUndefined()
      expect(await store.get('small')).toBeDefined()
    })

    it('takes many calls at once', async () => {
      await Promise.all(Array.from({ length: 100 }, (_, index) => store.set(`k${index}`, entryOf(`v${index}`, deps))))
      const all = await Promise.all(Array.from({ length: 100 }, (_, index) => store.get(`k${index}`)))
      expect(all.map((entry) => entry?.value.text)).toEqual(Array.from({ length: 100 }, (_, index) => `v${index}`))
    })

    it('closes twice without complaint', async () => {
      await store.close()
      await store.close()
    })
  })
}
