/** Who makes a request. */
export interface Principal {
  readonly id: string
  /** A name for logs and receipts; never the key. */
  readonly name: string
  /** The name of its set of permissions: `user`, `admin`, or one of the operator's own. */
  readonly role: string
  /** The team that the key belongs to; `undefined` for none. */
  readonly team?: string | undefined
}

/** What one caller may decide about the routing of its own request. */
export interface RouteOverrides {
  readonly provider?: string | undefined
  readonly strategy?: string | undefined
  /** Model names to try when the first choice fails. */
  readonly fallbacks?: readonly string[] | undefined
  /** Whether a long conversation may be condensed, or the number of tokens from which on it is. `undefined` leaves it to the gateway. */
  readonly condense?: 'auto' | 'off' | number | undefined
}

/** What a cache did for a call. */
export interface CacheOutcome {
  readonly status: 'hit' | 'miss' | 'bypass' | 'stale' | 'coalesced'
  /** The level that a hit came from: a store's name, or `semantic`. */
  readonly level?: string | undefined
  readonly ageSeconds?: number | undefined
  /** Cosine similarity of a semantic hit, 0 to 1. */
  readonly similarity?: number | undefined
  /** What the stored answer had cost; `null` when its price is not known. */
  readonly savedNanoUsd?: number | null | undefined
  /** Who gave the answer that was stored or shared. */
  readonly provider?: string | undefined
  readonly model?: string | undefined
}

/** What a caller says about caches between it and the providers. */
export interface CacheDirectives {
  /** Whether a stored answer may be given. */
  readonly lookup: boolean
  /** Whether the answer may be stored. */
  readonly store: boolean
  /** Whether nobody else may share the work on this request. */
  readonly isPrivate: boolean
  /** Answer from the cache or not at all. */
  readonly onlyIfCached: boolean
  readonly maxAgeSeconds?: number | undefined
  readonly ttlSeconds?: number | undefined
  readonly namespace?: string | undefined
}

/** What condensation did to a call's messages. */
export interface CondensationOutcome {
  readonly fromTokens: number
  readonly toTokens: number
  /** Share of entities, numbers, identifiers and constraints that survived, 0 to 1. */
  readonly preservation?: number | undefined
  /** What the removed tokens would have cost, at the answering model's price of uncached input; `null` when it is not known. */
  savedNanoUsd?: number | null | undefined
}

/**
 * Why a call's messages went out as they were though condensation was asked for: they were within the limit, there was nothing but system
 * prompts and the last turn, what must stay word for word was over the limit, too much would have been lost, condensation failed, or
 * what was asked for is no conversation.
 */
export type CondensationSkipReason = 'within_limit' | 'no_history' | 'too_large' | 'below_floor' | 'failed' | 'not_a_conversation'

/** Why a target was passed over: for its health, for want of room, or because the request would not fit it. */
export type LeftOutReason = 'circuit_open' | 'cooling_down' | 'saturated' | 'context' | 'capability'

/** A target that was passed over when another was chosen. */
export interface LeftOutTarget {
  readonly provider: string
  readonly model: string
  readonly why: LeftOutReason
  /** When that was expected to end, Unix milliseconds; `undefined` when it does not end by itself. */
  readonly untilMs?: number | undefined
}

/** How the targets of a call were chosen, where there was more than one. */
export interface RouteOutcome {
  /** Of the first tier. */
  readonly strategy: string
  /** Those that were passed over, each once. */
  readonly leftOut: readonly LeftOutTarget[]
}

/** What a guardrail decided about the texts of a call, where it was not to let them pass as they are. */
export interface GuardrailOutcome {
  /** The guardrail's configured name. */
  readonly name: string
  readonly stage: 'input' | 'output'
  /** `failed` where it could not decide, and the configuration lets the call go on. */
  readonly verdict: 'flag' | 'redact' | 'block' | 'failed'
  /** What was found, by the guardrail's own names of kinds: never a text of the call. */
  readonly kinds: readonly string[]
}

/** What is left of a limit. */
export interface LimitStanding {
  /** Units in its window. */
  readonly limit: number
  /** Units that would pass now. */
  readonly remaining: number
  /** Until all of them are there again, in milliseconds. */
  readonly resetMs: number
}

/** What is left of the tightest limit of each kind. */
export interface LimitStandings {
  readonly requests?: LimitStanding | undefined
  readonly tokens?: LimitStanding | undefined
}

/** What filters and the router add to a call's receipt. */
export interface CallAnnotations {
  /** Filled while the call runs. */
  route?: RouteOutcome | undefined
  /** How long fitting the messages to their limits took, in milliseconds; `undefined` where that was not needed. */
  condenseMs?: number | undefined
  cache?: CacheOutcome | undefined
  condensation?: CondensationOutcome | undefined
  condensationSkipped?: CondensationSkipReason | undefined
  /** `undefined` where no guardrail had anything to say. */
  guardrails?: GuardrailOutcome[] | undefined
  /** What is left of the limits that the call took from. */
  limits?: LimitStandings | undefined
}
