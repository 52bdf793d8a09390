import type { CacheEntry, EntryMeta } from '../cache/store/entry.ts'
import type { Deps } from '../deps.ts'

/** What the contract stores. */
export interface TestValue {
  readonly text: string
}

/** An entry that lives for a minute from now on. */
export function entryOf(text: string, { now }: Pick<Deps, 'now'>, meta: Partial<EntryMeta> = {}): CacheEntry<TestValue> {
  return {
    value: { text },
    meta: { storedAtMs: now(), expiresAtMs: now() + 60_000, costNanoUsd: 1000, model: 'm', provider: 'p', tags: [], ...meta },
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
