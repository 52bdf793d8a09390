import type { CacheKinds } from './answer.ts'
import type { CacheContext, LookupPlan } from './cache-context.ts'
import { evaluateStored } from './evaluate-stored.ts'
import { expiryMs } from './policy/freshness.ts'
import type { StoredAnswer } from './single-flight/shared-fetch.ts'

/** A stored answer to another wording, if it is fresh. A stale one is not served: it may be both outdated and about another question. */
export async function findSemanticMatch<Kinds extends CacheKinds>(
  context: CacheContext<Kinds>,
  { request, directives }: LookupPlan<Kinds>,
  signal: AbortSignal,
): Promise<StoredAnswer<Kinds> | undefined> {
  const { settings, tiers, popularity } = context
  const { semantic } = settings.options
  if (semantic === undefined) return undefined
  try {
    const match = await semantic.find(request, signal)
    if (match === undefined) return undefined
    const { key, similarity } = match
    const entry = tiers.peek(key) ?? (await tiers.lookup(key))?.entry
    if (entry === undefined) {
      semantic.forget(key)
      return undefined
    }
    const { usability, stored } = evaluateStored(context, { directives, popularity: popularity.get(key) }, { entry, level: 'memory' })
    return usability === 'fresh' ? { ...stored, level: 'semantic', similarity } : undefined
  } catch {
    return undefined
  }
}

/** Makes a request findable by its meaning, for as long as its answer is fresh. */
export function rememberSemanticMatch<Kinds extends CacheKinds>(
  { settings, deps }: Pick<CacheContext<Kinds>, 'settings' | 'deps'>,
  { request, key }: LookupPlan<Kinds>,
  freshForMs: number | undefined,
): void {
  const freshness = { ...settings.freshness, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 }
  try {
    settings.options.semantic?.remember(request, { key, expiresAtMs: expiryMs(deps.now(), freshForMs, freshness) })
  } catch {
    // The answer is stored under its own wording, which is what was promised.
  }
}
