/** Whose key made a call. The name is for logs and receipts; neither is the key. */
export interface RecordedPrincipal {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly team?: string | undefined
}

/** Why a call or a request failed, and whose doing it was. */
export interface RecordedError {
  readonly code: string
  readonly message: string
  readonly fault: 'caller' | 'gateway' | 'upstream'
  /** Which limit was reached: `key_requests`, `team_tokens`, `budget`. */
  readonly limit?: string | undefined
}

/** Tokens as OpenAI counts them: the parts are contained in `inputTokens` and `outputTokens`. */
export interface UsageRecord {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly totalTokens: number
  readonly cachedInputTokens?: number | undefined
  readonly cacheWriteTokens?: number | undefined
  /** Those of `cacheWriteTokens` that the provider keeps for an hour; they have a price of their own. */
  readonly cacheWriteOneHourTokens?: number | undefined
  readonly reasoningTokens?: number | undefined
  readonly audioInputTokens?: number | undefined
  readonly audioOutputTokens?: number | undefined
  readonly imageInputTokens?: number | undefined
  readonly imageOutputTokens?: number | undefined
  /** What rerank is priced by. */
  readonly searchUnits?: number | undefined
  /** Searches of the web by the provider's own tool. */
  readonly webSearches?: number | undefined
  /** How the provider said that it served the call: the service tier and the geography that its price depends on. */
  readonly served?: { readonly tier?: string | undefined; readonly geo?: string | undefined } | undefined
}

/** How a cost was arrived at. */
export interface PriceRecord {
  /** Where the price comes from: a vendor's page with its date, `configuration`, or `provider` for what the provider said. */
  readonly source: string
  /** Billionths of a dollar by class of tokens; they add up to the cost. */
  readonly parts?: Readonly<Record<string, number>> | undefined
  /** The rate of each class, in billionths of a dollar per million. */
  readonly rates?: Readonly<Record<string, number | undefined>> | undefined
}

/** One upstream try. Times are Unix milliseconds. */
export interface AttemptRecord {
  readonly provider: string
  /** In the provider's words. */
  readonly model: string
  readonly startedAtMs: number
  /** Why it was made: `first`, `retry`, `fallback`, `hedge`, `continuation`. */
  readonly reason: string
  /** When the answer's headers, or a stream's first content, were there. */
  readonly answeredAtMs?: number | undefined
  readonly endedAtMs?: number | undefined
  /** `success`, `pending` when the caller left first, or the class of the failure. */
  readonly outcome: string
  readonly upstreamStatus?: number | undefined
  /** Why no answer came, as a code of the system or of TLS: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly causeCode?: string | undefined
  readonly producedCharacters?: number | undefined
  readonly usage?: UsageRecord | undefined
  /** Why `usage` is an estimate: `not_reported`, `implausible`, `broke_off`, `not_answered`; `undefined` when it is the provider's. */
  readonly usageEstimated?: string | undefined
  /** Billionths of a dollar; `null` when the price is not known, `undefined` when nothing was consumed. */
  readonly costNanoUsd?: number | null | undefined
  readonly priced?: PriceRecord | undefined
  /** Faults that a chaos experiment put into it. */
  readonly faults?: readonly string[] | undefined
  /** How long it waited before it started, and for what. */
  readonly waitedMs?: number | undefined
  readonly waitedFor?: 'slot' | 'backoff' | 'budget' | 'limit' | undefined
  /** The time limit that ended it. */
  readonly limit?: { readonly name: string; readonly ms: number } | undefined
}

/** What a cache did for a call. */
export interface CacheOutcome {
  readonly status: 'hit' | 'miss' | 'bypass' | 'stale' | 'coalesced'
  /** Name of the store that a hit came from. */
  readonly level?: string | undefined
  readonly ageSeconds?: number | undefined
  /** Cosine similarity of a semantic hit, 0 to 1. */
  readonly similarity?: number | undefined
  /** What the stored answer had cost, in billionths of a dollar; `null` when its price is not known. */
  readonly savedNanoUsd?: number | null | undefined
}

/** What condensation did to a call's messages. */
export interface CondensationOutcome {
  readonly fromTokens: number
  readonly toTokens: number
  /** Share of entities, numbers, identifiers and constraints that survived, 0 to 1. */
  readonly preservation?: number | undefined
  /** Billionths of a dollar; `null` when it is not known. */
  readonly savedNanoUsd?: number | null | undefined
}

/** What a guardrail decided about the texts of a call. */
export interface GuardrailRecord {
  readonly name: string
  readonly stage: 'input' | 'output'
  readonly verdict: 'flag' | 'redact' | 'block' | 'failed'
  readonly kinds: readonly string[]
}

/** How the targets of a call were chosen. */
export interface RouteRecord {
  readonly strategy: string
  /** Those that were passed over when another was chosen. */
  readonly leftOut: readonly {
    readonly provider: string
    readonly model: string
    /** `circuit_open`, `cooling_down`, `saturated`, `context`, `capability`. */
    readonly why: string
    /** Unix milliseconds. */
    readonly untilMs?: number | undefined
  }[]
}

/** What became of a call: the one shape that logs, metrics, traces, alerts, ledger and receipts read. A receipt of `@proxyapi/core` fits. */
export interface CallRecord {
  readonly id: string
  /** `chat`, `embeddings`, `rerank`, … */
  readonly operation: string
  readonly principal?: RecordedPrincipal | undefined
  /** The end user's own identifier, as the request named it. Stores write a pseudonym. */
  readonly user?: string | undefined
  readonly requestedModel: string
  /** The model that answered; `undefined` when none did. */
  readonly model?: string | undefined
  readonly provider?: string | undefined
  readonly stream: boolean
  readonly outcome: 'complete' | 'error' | 'canceled'
  readonly error?: RecordedError | undefined
  readonly attempts: readonly AttemptRecord[]
  /** Place in `attempts` of the one whose answer the caller got. */
  readonly winner?: number | undefined
  /** Of the answer that the caller got, from wherever it came. */
  readonly usage?: UsageRecord | undefined
  /** Billionths of a dollar that the answer cost; 0 from a cache, `null` when its price is not known. */
  readonly costNanoUsd: number | null
  /** What failed, abandoned and losing attempts cost on top. */
  readonly wastedNanoUsd: number
  readonly cache?: CacheOutcome | undefined
  readonly condensation?: CondensationOutcome | undefined
  /** `undefined` where no guardrail found anything. */
  readonly guardrails?: readonly GuardrailRecord[] | undefined
  /** `undefined` where there was nothing to choose. */
  readonly route?: RouteRecord | undefined
  /** Parameters that the provider had no place for. */
  readonly dropped: readonly string[]
  /** Parameters that the provider got with another value or in another form; `undefined` when there are none. */
  readonly changed?: readonly string[] | undefined
  readonly tags: readonly string[]
  /** Unix milliseconds. */
  readonly startedAtMs: number
  /** When the first content was there; `undefined` when there was none. Unix milliseconds. */
  readonly firstContentAtMs?: number | undefined
  /** Unix milliseconds. */
  readonly endedAtMs: number
  /** The trace that the call belongs to, when it is recorded. */
  readonly traceId?: string | undefined
}

/** Whether a cache's status says that the answer came out of it, and no provider was paid for it. */
export function isCacheHit(status: string | null | undefined): boolean {
  return status === 'hit' || status === 'stale' || status === 'coalesced'
}
