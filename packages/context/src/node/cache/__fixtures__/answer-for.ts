import type { CacheEntry } from '../../../cache/store/entry.ts'

/** The only right answer for a key, and not the same size for all. */
export function answerFor(key: string, nowMs: number): CacheEntry<string> {
  const value = `${key} `.repeat(50 + (Number(key.slice(1)) % 7) * 400)
  return { value, meta: { storedAtMs: nowMs, expiresAtMs: nowMs + 3_600_000, costNanoUsd: 1, model: 'm', tags: [key] } }
}
