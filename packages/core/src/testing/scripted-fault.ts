/** Where in an answer a stall begins. */
export type StallPoint = 'before-headers' | 'before-first-token' | { readonly afterTokens: number }

/** One way in which an upstream fails, on the wire. Counts of tokens and events begin at 1. */
export type ScriptedFault =
  /** An error answer. `code` and `errorType` go into its body, `retryAfterMs` into its headers. */
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
  /** The upstream stops and holds the connection open; with `pings` it keeps sending comments. */
  | { readonly type: 'stall'; readonly at: StallPoint; readonly pings?: boolean | undefined }
  /** The answer stops after some tokens: by a broken connection or by a regular end of the body. */
  | { readonly type: 'cut'; readonly afterTokens: number; readonly how: 'reset' | 'end' }
  /** The provider reports an error in the middle of the stream. */
  | { readonly type: 'error-event'; readonly afterTokens: number; readonly message?: string | undefined }
  /** Some events are not JSON; the engine ends a stream after more than five of them. */
  | { readonly type: 'malformed'; readonly afterTokens: number; readonly events?: number | undefined }
  /** An event is sent twice: a token (which then is part of the answer), the finish or the end mark. */
  | { readonly type: 'duplicate'; readonly what: 'token' | 'finish' | 'end-mark' }
  /** The end mark (`[DONE]`, `message_stop`) is missing; the body ends regularly or hangs. */
  | { readonly type: 'no-end-mark'; readonly hangs?: boolean | undefined }
  /** Usage is missing or wrong. */
  | { readonly type: 'usage'; readonly how: 'missing' | 'wrong' }
  /** The whole answer arrives, `slowdown` times as slowly. */
  | { readonly type: 'drip'; readonly slowdown: number }
  /** A whole answer to a request for a stream, or the reverse. */
  | { readonly type: 'wrong-form' }
  /** An HTML page with status 200. */
  | { readonly type: 'html' }
  /** The answer ends with `content_filter` after some tokens. */
  | { readonly type: 'content-filter'; readonly afterTokens: number }

/** A fault and when it occurs: a share of the calls, within a period, in bursts. */
export interface FaultRule {
  readonly fault: ScriptedFault
  /** Share of the calls while the rule is active, 0 to 1; `undefined` is all. */
  readonly share?: number | undefined
  /** Milliseconds since the start of the simulation; `undefined` is its start. */
  readonly fromMs?: number | undefined
  /** `undefined` is without end. */
  readonly untilMs?: number | undefined
  /** The rule is active during the first `forMs` of every `everyMs`; `undefined` is always. */
  readonly burst?: { readonly everyMs: number; readonly forMs: number } | undefined
}

function isActive(rule: FaultRule, sinceStartMs: number): boolean {
  const fromMs = rule.fromMs ?? 0
  if (sinceStartMs < fromMs || sinceStartMs >= (rule.untilMs ?? Number.POSITIVE_INFINITY)) return false
  return rule.burst === undefined || (sinceStartMs - fromMs) % rule.burst.everyMs < rule.burst.forMs
}

/** The fault of a call: each active rule draws once, and the first rule that hits wins. */
export function selectFault(rules: readonly FaultRule[], sinceStartMs: number, random: () => number): ScriptedFault | undefined {
  return rules.find((rule) => isActive(rule, sinceStartMs) && random() < (rule.share ?? 1))?.fault
}
