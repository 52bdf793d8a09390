/** What is known of a stored answer without looking into it. */
export interface EntryMeta {
  /** When the answer was given, Unix milliseconds. */
  readonly storedAtMs: number
  /** From then on it is not even served stale; every level drops it. */
  readonly expiresAtMs: number
  /** How long the client said it stays fresh; `undefined` leaves that to the cache. */
  readonly freshForMs?: number | undefined
  /** What the answer had cost in billionths of a dollar; `null` when its price is not known. */
  readonly costNanoUsd: number | null
  readonly model: string
  readonly provider?: string | undefined
  readonly tags: readonly string[]
  /** Keyed pseudonym of the end user, never the id itself. */
  readonly user?: string | undefined
}

/** A stored answer with what is known of it. */
export interface CacheEntry<Value> {
  readonly meta: EntryMeta
  readonly value: Value
}

/** An entry under its key. */
export type KeyedEntry<Value> = readonly [key: string, entry: CacheEntry<Value>]

/** Which entries to remove: those that match every given field. */
export interface EntrySelector {
  readonly model?: string | undefined
  readonly provider?: string | undefined
  readonly tag?: string | undefined
  /** A pseudonym, as in `EntryMeta`. */
  readonly user?: string | undefined
}

type Facets = Pick<EntryMeta, 'model' | 'provider' | 'tags' | 'user'>

/** Whether an entry is meant; a selector without fields means all. */
export function isSelected(facets: Facets, { model, provider, tag, user }: EntrySelector): boolean {
  return (
    (model === undefined || facets.model === model) &&
    (provider === undefined || facets.provider === provider) &&
    (tag === undefined || facets.tags.includes(tag)) &&
    (user === undefined || facets.user === user)
  )
}

/** What an entry weighs by its cost when entries give way. Tenfold cost weighs about four times as much: money counts, but hits of cheap answers do too. */
export function costWeightOf({ costNanoUsd }: Pick<EntryMeta, 'costNanoUsd'>): number {
  return costNanoUsd === null || costNanoUsd === 0 ? 1 : 1 + Math.log2(1 + costNanoUsd / 500_000)
}
