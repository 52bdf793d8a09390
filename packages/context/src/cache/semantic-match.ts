import type { CacheKinds } from './answer.ts'
import type { CacheContext } from './cache-context.ts'
import { expiryMs } from './policy/freshness.ts'
import type { CacheRequest } from './response-cache-types.ts'
import type { StoredAnswer } from './single-flight/shared-fetch.ts'
import type { CacheEntry } from './store/entry.ts'

/** A stored answer to another wording, if it is fresh. A stale one won't do: two doubts are one too many. */
export async function findSemanticMatch<Kinds extends CacheKinds>(
  { settings, tiers }: Pick<CacheContext<Kinds>, 'settings' | 'tiers'>,
  { question, signal }: { readonly question: CacheRequest<Kinds>; readonly signal: AbortSignal },
  evaluateStored: (key: string, entry: CacheEntry<Kinds['whole']>) => StoredAnswer<Kinds> | undefined,
): Promise<StoredAnswer<Kinds> | undefined> {
  const { semantic } = settings.options
  if (semantic === undefined) return undefined
  try {
    const match = await semantic.find(question, signal)
    if (match === undefined) return undefined
    const entry = tiers.peek(match.key) ?? (await tiers.lookup(match.key))?.entry
    if (entry === undefined) semantic.forget(match.key)
    const stored = entry && evaluateStored(match.key, entry)
    return stored && { ...stored, level: 'semantic', similarity: match.similarity }
  } catch {
    return undefined
  }
}

/** Has a question found again by its meaning, for as long as its answer is fresh. */
export function rememberSemanticMatch<Kinds extends CacheKinds>(
  { settings, deps }: Pick<CacheContext<Kinds>, 'settings' | 'deps'>,
  question: CacheRequest<Kinds>,
  { key, freshForMs }: { readonly key: string; readonly freshForMs: number | undefined },
): void {
  const freshness = { ...settings.freshness, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 }
  try {
    settings.options.semantic?.remember(question, { key, expiresAtMs: expiryMs(deps.now(), freshForMs, freshness) })
  } catch {
    // The answer is stored under its own wording, which is what was promised.
  }
}
