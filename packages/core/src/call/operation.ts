import type { AnyAnswer, ChatAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { Usage } from '../chat/usage.ts'
import type { AttemptScope } from './attempt.ts'
import type { Call } from './call.ts'

/** A value now, or a promise of it. Handlers answer synchronously where nothing has to be waited for. */
export type Awaitable<T> = T | Promise<T>

/**
 * A service is a function, for every operation. A target, a router over targets and everything composed of them are
 * handlers (after Eriksen, "Your server as a function", 2013).
 */
export type Handler<Request, Answer extends AnyAnswer> = (request: Request, call: Call) => Awaitable<Answer>

/** The handler of chat requests. */
export type ChatHandler = Handler<ChatRequest, ChatAnswer>

/** Wraps the handler of any operation: access, limits, cache, observation. */
export type Filter = <Request, Answer extends AnyAnswer>(
  next: Handler<Request, Answer>,
  operation: Operation<Request, Answer>,
) => Handler<Request, Answer>

/** Wraps the handler of one operation only. */
export type FilterFor<Request, Answer extends AnyAnswer> = (next: Handler<Request, Answer>) => Handler<Request, Answer>

/** Handles one attempt at one target. */
export type TargetHandler<Request, Answer extends AnyAnswer> = (request: Request, call: Call, attempt: AttemptScope) => Awaitable<Answer>

/** What routing asks of a request when more than one target could answer it. */
export interface RouteProfile {
  readonly hasImages: boolean
  readonly hasTools: boolean
  /** An upper bound of its input tokens that costs nothing to compute: a text never has more tokens than bytes. */
  readonly maxInputTokens: number
  /** Tokens that the answer is likely to have. */
  readonly expectedOutputTokens: number
  /** The most that all its answers together may have, where the request says so. */
  readonly maxOutputTokens?: number | undefined
  /** Search units that it is likely to be billed, where a provider bills by them; `undefined` is none. */
  readonly searchUnits?: number | undefined
}

/** How a partial answer is continued by another target. */
export interface Continuation<Request> {
  /** Whether an answer to this request may be continued: only plain text can. */
  isPossible(request: Request): boolean
  /** The request to go on from a partial answer: by prefilling the answer, or by asking in words. */
  toRequest(request: Request, partial: string, prefill: 'native' | 'asked'): Request
}

/** One kind of request: its name, and what filters and the router may ask of its requests and answers. */
export interface Operation<Request, Answer extends AnyAnswer> {
  /** `chat`, `embeddings`, `rerank`, …: a metric label and a field of receipts. */
  readonly name: string
  /** The model as the caller wrote it. */
  modelOf(request: Request): string
  /** The same request for another model. */
  withModel(request: Request, model: string): Request
  /** The end user on whose behalf is asked. */
  userOf(request: Request): string | undefined
  isStream(request: Request): boolean
  /** What a complete answer consumed; streams are metered by their chunks. */
  usageOf(answer: Answer): Usage | undefined
  /**
   * Characters of what a complete answer says, which its output is estimated from where the provider reports none. Not there where answers
   * are not billed by tokens.
   */
  producedCharactersOf?(answer: Answer): number
  /** The most input tokens that a request can have; `undefined` when what it holds doesn't tell. */
  maxInputTokensOf?(request: Request): number | undefined
  /** The model that a complete answer names. */
  answeringModelOf(answer: Answer): string | undefined
  profileOf(request: Request): RouteProfile
  /** Input tokens, too many rather than too few: what usage is estimated from when a provider does not report it. */
  countTokens(request: Request): number
  /** Requests with equal keys should meet at one target, where the provider's prompt cache has them. */
  affinityKeyOf(request: Request): string
  /** Whether equal requests have equal answers: always, or judged by the temperature. `undefined` keeps the answers out of caches. */
  readonly determinism?: 'always' | 'by-temperature' | undefined
  /** Why each part of a complete answer ended, in OpenAI's words; not there where answers are never cut. */
  finishReasonsOf?(answer: Answer): readonly string[]
  /** `undefined` when answers of this operation can't be continued. */
  readonly continuation?: Continuation<Request> | undefined
}

/** Any operation, where its requests and answers are not looked at. */
export type AnyOperation = Pick<Operation<never, AnyAnswer>, 'name'>

/** Puts filters before a handler; the first named is the first to see the request. */
export function compose<Request, Answer extends AnyAnswer>(
  filters: readonly Filter[],
  handler: Handler<Request, Answer>,
  operation: Operation<Request, Answer>,
): Handler<Request, Answer> {
  return filters.reduceRight((next, filter) => filter(next, operation), handler)
}

/** A filter for one operation, as a filter for all: other operations pass it by. */
export function onlyFor<Request, Answer extends AnyAnswer>(
  operation: Operation<Request, Answer>,
  filter: FilterFor<Request, Answer>,
): Filter {
  // The operation is the same object, so the handler is one of its handlers.
  return (next, other) => ((other as unknown) === operation ? (filter(next as never) as never) : next)
}
