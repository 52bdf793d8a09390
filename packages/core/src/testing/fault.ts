/** Where in an answer a stall happens. */
export type StallPoint = 'before-headers' | 'before-first-token' | { readonly afterTokens: number }

/** One way in which an upstream fails, as it looks on the wire. Counts of tokens and events begin at 1. */
export type Fault =
  /** An error answer. `code` and `errorType` go into its body; the headers say `retryAfterMs` when it is given. */
  | {
      readonly type: 'status'
      readonly status: number
      readonly retryAfterMs?: number | undefined
      readonly code?: string | undefined
      readonly errorType?: string | undefined
      readonly message?: string | undefined
    }
  /** The connection is refused. */
  | { readonly type: 'refuse' }
  /** The connection breaks before an answer. */
  | { readonly type: 'reset' }
  /** The upstream falls silent and holds the connection open; `pings` keeps sending comments. */
  | { readonly type: 'stall'; readonly at: StallPoint; readonly pings?: boolean | undefined }
  /** The answer breaks off after some tokens: by a broken connection or by an orderly end of the body. */
  | { readonly type: 'cut'; readonly afterTokens: number; readonly how: 'reset' | 'end' }
  /** The provider says in mid-stream that it failed. */
  | { readonly type: 'error-event'; readonly afterTokens: number; readonly message?: string | undefined }
  /** Events that are no JSON stand between the sound ones; more than five of them end a stream. */
  | { readonly type: 'malformed'; readonly afterTokens: number; readonly events?: number | undefined }
  /** An event is sent twice: a token (which then is part of the answer), the finish or the end mark. */
  | { readonly type: 'duplicate'; readonly what: 'token' | 'finish' | 'end-mark' }
  /** The end mark (`[DONE]`, `message_stop`) is missing; the body ends in order or hangs. */
  | { readonly type: 'no-end-mark'; readonly hangs?: boolean | undefined }
  /** Usage is left out, or is nonsense. */
  | { readonly type: 'usage'; readonly how: 'missing' | 'wrong' }
  /** Everything comes, byte after byte, `slowdown` times as slowly. */
  | { readonly type: 'drip'; readonly slowdown: number }
  /** A whole answer where a stream was asked for, or the other way round. */
  | { readonly type: 'wrong-form' }
  /** A page of HTML with status 200. */
  | { readonly type: 'html' }
  /** The answer ends with `content_filter` after some tokens. */
  | { readonly type: 'content-filter'; readonly afterTokens: number }

/** A fault and when it strikes: the share of calls, within a time and a rhythm. */
export interface FaultRule {
  readonly fault: Fault
  /** Of the calls while the rule is active, 0 to 1; `undefined` is all. */
  readonly share?: number | undefined
  /** Milliseconds since the world began; `undefined` is from the beginning. */
  readonly fromMs?: number | undefined
  /** `undefined` is for ever. */
  readonly untilMs?: number | undefined
  /** Strikes in bursts: active during the first `forMs` of every `everyMs`. */
  readonly burst?: { readonly everyMs: number; readonly forMs: number } | undefined
}

function isActive(rule: FaultRule, sinceStartMs: number): boolean {
  const fromMs = rule.fromMs ?? 0
  if (sinceStartMs < fromMs || sinceStartMs >= (rule.untilMs ?? Number.POSITIVE_INFINITY)) return false
  return rule.burst === undefined || (sinceStartMs - fromMs) % rule.burst.everyMs < rule.burst.forMs
}

/** The fault that strikes a call, by one draw per active rule; the first rule that strikes wins. */
export function selectFault(rules: readonly FaultRule[], sinceStartMs: number, random: () => number): Fault | undefined {
  return rules.find((rule) => isActive(rule, sinceStartMs) && random() < (rule.share ?? 1))?.fault
}
