import type { CacheKinds } from './answer.ts'
import type { StoredAnswer } from './flight/flight.ts'
import type { Parts } from './parts.ts'
import { expiryMs } from './policy/freshness.ts'
import type { CacheQuestion } from './response-cache-types.ts'
import type { CacheEntry } from './store/entry.ts'

/** An entry that answers a question, although that was asked in other words. */
export interface SimilarEntry {
  readonly key: string
  /** How near the two questions are, 0 to 1. */
  readonly similarity: number
}

/** Knows which questions mean the same. What it rejects with or throws is a miss; what it finds must be of the same tenant. */
export interface SimilarQuestions<Kinds extends CacheKinds> {
  /** Asked after a miss, before a new answer is made. The signal aborts when nobody waits any longer. */
  readonly find: (question: CacheQuestion<Kinds>, signal: AbortSignal) => Promise<SimilarEntry | undefined>
  /** The answer to a question was stored, and is fresh until then. */
  readonly remember: (question: CacheQuestion<Kinds>, entry: { readonly key: string; readonly expiresAtMs: number }) => void
  /** An entry is there no longer. */
  readonly forget: (key: string) => void
  /** Entries were removed, nobody knows which: nothing may be kept of any. */
  readonly clear: () => void
  /** Drops what has expired. */
  readonly tidy: () => void
}

/** A stored answer to another wording, if it is fresh. A stale one won't do: two doubts are one too many. */
export async function findSimilar<Kinds extends CacheKinds>(
  { settings, tiers }: Pick<Parts<Kinds>, 'settings' | 'tiers'>,
  { question, signal }: { readonly question: CacheQuestion<Kinds>; readonly signal: AbortSignal },
  judge: (key: string, entry: CacheEntry<Kinds['whole']>) => StoredAnswer<Kinds> | undefined,
): Promise<StoredAnswer<Kinds> | undefined> {
  const { similar } = settings.options
  if (similar === undefined) return undefined
  try {
    const match = await similar.find(question, signal)
    if (match === undefined) return undefined
    const entry = tiers.peek(match.key) ?? (await tiers.find(match.key))?.entry
    if (entry === undefined) similar.forget(match.key)
    const stored = entry && judge(match.key, entry)
    return stored && { ...stored, level: 'semantic', similarity: match.similarity }
  } catch {
    return undefined
  }
}

/** Has a question found again by its meaning, for as long as its answer is fresh. */
export function rememberSimilar<Kinds extends CacheKinds>(
  { settings, deps }: Pick<Parts<Kinds>, 'settings' | 'deps'>,
  question: CacheQuestion<Kinds>,
  { key, freshForMs }: { readonly key: string; readonly freshForMs: number | undefined },
): void {
  const freshness = { ...settings.freshness, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 }
  try {
    settings.options.similar?.remember(question, { key, expiresAtMs: expiryMs(deps.now(), freshForMs, freshness) })
  } catch {
    // The answer is stored under its own wording, which is what was promised.
  }
}
