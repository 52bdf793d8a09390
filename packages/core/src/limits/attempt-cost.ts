import type { Operation } from '../call/operation.ts'
import { dearestCost, type MostUse } from '../catalogue/dearest-cost.ts'
import type { ModelPrice } from '../catalogue/price.ts'
import type { AnyAnswer } from '../chat/answer.ts'

/** The answer of a request that does not bound it is taken for no longer than so many usual ones. What it costs beyond is entered all the same. */
const unstatedFactor = 4
/** A profile's bound takes each character for three bytes. */
const bytesPerCharacter = 3
/** What a provider puts around the messages of a conversation. */
const frameTokens = 64

/** A price of tokens alone, for models whose own is not known. Whole nano-dollars per million. */
export function flatPrice(nanoUsdPerMillion: number): ModelPrice {
  return { rates: { input: nanoUsdPerMillion, output: nanoUsdPerMillion }, longContext: [] }
}

/** The most tokens that a request comes to: no text that people write has more tokens than characters. Costs one pass over it. */
export function mostTokensOf<Request, Answer extends AnyAnswer>(request: Request, operation: Operation<Request, Answer>): MostUse {
  const { maxInputTokens, expectedOutputTokens, maxOutputTokens, searchUnits } = operation.profileOf(request)
  const inputTokens =
    maxInputTokens === 0 ? (operation.maxInputTokensOf?.(request) ?? 0) : Math.ceil(maxInputTokens / bytesPerCharacter) + frameTokens
  return { inputTokens, outputTokens: maxOutputTokens ?? unstatedFactor * expectedOutputTokens, searchUnits }
}

/** The service tier that a request asks for, where its operation knows any. */
function tierOf(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null || !('serviceTier' in request)) return undefined
  return typeof request.serviceTier === 'string' ? request.serviceTier : undefined
}

/** What is known of the model that an attempt asks. */
export interface PricedTarget {
  readonly price: ModelPrice
  /** No prompt is longer. */
  readonly contextLength?: number | undefined
}

/** The dearest that an attempt at a request can cost, in whole nano-dollars. */
export function dearestAttempt<Request, Answer extends AnyAnswer>(
  request: Request,
  operation: Operation<Request, Answer>,
  { price, contextLength = Number.POSITIVE_INFINITY }: PricedTarget,
): number {
  const most = mostTokensOf(request, operation)
  return dearestCost({ ...most, inputTokens: Math.min(most.inputTokens, contextLength), tier: tierOf(request) }, price) ?? 0
}
