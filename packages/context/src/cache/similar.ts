import type { CacheKinds } from './answer.ts'
import type { StoredAnswer } from './flight/flight.ts'
import type { Parts } from './parts.ts'
import { expiryMs } from './policy/freshness.ts'
import type { CacheQuestion } from './response-cache-types.ts'
import type { CacheEntry } from './store/entry.ts'

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
