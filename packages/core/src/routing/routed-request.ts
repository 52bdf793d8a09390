import type { Operation, RouteProfile } from '../call/operation.ts'
import type { AnyAnswer } from '../chat/answer.ts'

/** A request as routing sees it. What is costly is computed on demand, and once. */
export interface RoutedRequest {
  readonly profile: () => RouteProfile
  readonly inputTokens: () => number
  readonly affinityKey: () => string
  /** Whether answers are billed by tokens. */
  readonly isMetered: boolean
  /** The most input tokens that it can have; `undefined` when what it holds doesn't tell. */
  readonly maxInputTokens: () => number | undefined
}

/** Counts the input tokens of a request of an operation. */
export type CountTokens = <Request, Answer extends AnyAnswer>(operation: Operation<Request, Answer>, request: Request) => number

export function createRoutedRequest<Request, Answer extends AnyAnswer>(
  operation: Operation<Request, Answer>,
  request: Request,
  countTokens: CountTokens,
): RoutedRequest {
  let profile: RouteProfile | undefined
  let tokens: number | undefined
  return {
    profile: () => {
      profile ??= operation.profileOf(request)
      return profile
    },
    inputTokens: () => {
      tokens ??= countTokens(operation, request)
      return tokens
    },
    affinityKey: () => operation.affinityKeyOf(request),
    isMetered: operation.producedCharactersOf !== undefined,
    maxInputTokens: () => operation.maxInputTokensOf?.(request),
  }
}
