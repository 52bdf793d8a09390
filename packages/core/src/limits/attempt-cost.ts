import type { Operation } from '../call/operation.ts'
import { dearestCost, type MostUse } from '../catalogue/dearest-cost.ts'
import type { ModelPrice } from '../catalogue/price.ts'
import type { AnyAnswer } from '../chat/answer.ts'
import type { AttemptCost } from './budget-store.ts'

/** The answer of a request that does not bound it is taken for no longer than so many usual ones. What it costs beyond is entered all the same. */
const unstatedFactor = 4
/** Our count of a text's tokens is an estimate: no text has fewer than this share of it. */
const surelyShare = 0.5
/** A profile's bound takes each character for three bytes. */
const bytesPerCharacter = 3
/** What a provider puts around the messages of a conversation. */
const frameTokens = 64
const perMillion = 1_000_000

/** A price of tokens alone, for models whose own is not known. Whole nano-dollars per million. */
export function flatPrice(nanoUsdPerMillion: number): ModelPrice {
  return { rates: { input: nanoUsdPerMillion, output: nanoUsdPerMillion }, longContext: [] }
}

function once<Value>(compute: () => Value): () => Value {
  let value: { readonly is: Value } | undefined
  return () => {
    value ??= { is: compute() }
    return value.is
  }
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

/** What the prompt costs however the provider bills it. Images and the like say nothing of their tokens. */
function surely<Request, Answer extends AnyAnswer>(request: Request, operation: Operation<Request, Answer>, { rates }: ModelPrice): number {
  if (operation.maxInputTokensOf?.(request) === undefined) return 0
  const rate = Math.min(rates.input ?? 0, rates.cachedInput ?? Number.POSITIVE_INFINITY)
  return Math.floor(operation.countTokens(request) * surelyShare * (rate / perMillion))
}

/** What is known of the model that an attempt asks. */
export interface PricedTarget {
  readonly price: ModelPrice
  /** No prompt is longer. */
  readonly contextLength?: number | undefined
}

/** What an attempt at a request may cost. The least is computed on demand. */
export function attemptCostOf<Request, Answer extends AnyAnswer>(
  request: Request,
  operation: Operation<Request, Answer>,
  { price, contextLength = Number.POSITIVE_INFINITY }: PricedTarget,
): AttemptCost {
  const most = mostTokensOf(request, operation)
  const dearestNanoUsd = dearestCost({ ...most, inputTokens: Math.min(most.inputTokens, contextLength), tier: tierOf(request) }, price) ?? 0
  return { dearestNanoUsd, leastNanoUsd: once(() => Math.min(dearestNanoUsd, surely(request, operation, price))) }
}
