import type { Awaitable } from '@proxyapi/core/serving'

/** Which texts are looked at: those of the request before anything else sees it, or those of the answer before the client sees it. */
export type GuardrailStage = 'input' | 'output'

/** Whose words a text is. `other` are texts beside the conversation: descriptions of tools, metadata, documents. */
export type TextRole = 'system' | 'user' | 'assistant' | 'tool' | 'other'

/** Which part of an answer a text is. `arguments` are strings within the arguments of a call. */
export type AnswerPart = 'text' | 'refusal' | 'reasoning' | 'arguments' | 'annotation'

/** One text of a request or an answer. */
export interface GuardedText {
  readonly text: string
  readonly role: TextRole
  /** The end of what stood before it, where it is a piece of a longer text: at most 64 characters. */
  readonly before?: string | undefined
  /** `undefined` for a text of a request. */
  readonly part?: AnswerPart | undefined
}

/** What a guardrail is asked. */
export interface GuardrailInput {
  readonly stage: GuardrailStage
  readonly texts: readonly GuardedText[]
  /** Characters of the same answer that it has been asked about before: streams are judged in pieces. */
  readonly charactersBefore: number
  /** `chat`, `embeddings`, … */
  readonly operation: string
  /** The model in the caller's words. */
  readonly model: string
  /** The end user on whose behalf is asked. */
  readonly user?: string | undefined
  /** The key's id; `undefined` on a gateway without keys. */
  readonly principal?: string | undefined
  /** Aborted when the caller leaves or the deadline passes. */
  readonly signal: AbortSignal
  /** A placeholder that stands for `value` in this call, put back in its answer where the guardrail's configuration says so. */
  readonly hide: (kind: string, value: string) => string
}

/**
 * What a guardrail decides. `kinds` say what was found, in few fixed words of its own: they go into receipts and logs. `texts` of `redact` stand in
 * the place of those that it was asked about, one for each.
 */
export type GuardrailVerdict =
  | { readonly type: 'allow' }
  | { readonly type: 'flag'; readonly kinds: readonly string[] }
  | { readonly type: 'redact'; readonly kinds: readonly string[]; readonly texts: readonly string[] }
  | { readonly type: 'block'; readonly kinds: readonly string[]; readonly message?: string | undefined }

/** How a guardrail judges a streamed answer. */
export type GuardrailStreaming =
  /** In pieces: `holdFrom` says from which character on a text has to wait for more. Nothing else is held back. */
  | { readonly type: 'pieces'; readonly holdFrom: (text: string) => number }
  /** The whole answer is held back until it has been judged. */
  | { readonly type: 'whole' }
  /** Nothing is held back; the answer is judged at its end, and a verdict `block` ends the stream with an error. */
  | { readonly type: 'end' }

/** Which calls a guardrail looks at. Every member that is given must match; `*` at the end of an entry stands for anything. */
export interface GuardrailScope {
  /** Patterns of routes, such as `/v1/chat/completions` or `/v1/*`. */
  readonly routes?: readonly string[] | undefined
  /** Names of keys. */
  readonly keys?: readonly string[] | undefined
  readonly teams?: readonly string[] | undefined
  /** Models in the caller's words. */
  readonly models?: readonly string[] | undefined
}

/**
 * Judges the texts of requests and answers, of any operation that has texts.
 *
 * @example
 * const noShouting: Guardrail = {
 *   name: 'no-shouting',
 *   stages: ['input'],
 *   check: ({ texts }) => (texts.some(({ text }) => text.length > 20 && text === text.toUpperCase()) ? { type: 'block', kinds: ['shouting'] } : { type: 'allow' }),
 * }
 * createGateway(config, { guardrails: [noShouting] })
 */
export interface Guardrail {
  /** For receipts, log lines and metrics. */
  readonly name: string
  readonly stages: readonly GuardrailStage[]
  readonly scope?: GuardrailScope | undefined
  /** How streams are judged. Default: `whole`. */
  readonly streaming?: GuardrailStreaming | undefined
  /** What follows when `check` throws or its promise is rejected. Default: `fail_closed`, which refuses the call. */
  readonly onFailure?: 'fail_open' | 'fail_closed' | undefined
  readonly check: (input: GuardrailInput) => Awaitable<GuardrailVerdict>
}

export const allow: GuardrailVerdict = { type: 'allow' }
