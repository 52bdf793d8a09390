import type { Attempt } from '../call/attempt.ts'
import type { Usage } from '../chat/usage.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { RoutedRequest } from './routed-request.ts'
import type { Target } from './target.ts'

/** English prose; only estimates what a provider never reported. */
const charactersPerToken = 4

/** What an answer that broke off has consumed: the provider's own count of the prompt where it gave one, else ours. */
function estimate(attempt: Attempt, request: RoutedRequest): Usage {
  const input = attempt.usage?.inputTokens ?? request.inputTokens()
  // A provider that reports before it breaks off knows better than we do, unless it reported at the beginning.
  const output = Math.max(attempt.usage?.outputTokens ?? 0, Math.ceil((attempt.producedCharacters ?? 0) / charactersPerToken))
  return { ...attempt.usage, inputTokens: input, outputTokens: output, totalTokens: input + output }
}

/** Enters usage and cost in an attempt's record. An attempt that produced nothing consumed nothing, as far as anyone can tell. */
export function meterAttempt(
  attempt: Attempt,
  target: Target,
  { request, catalog }: { readonly request: RoutedRequest; readonly catalog: ModelCatalog },
): void {
  const brokeOff = attempt.outcome !== 'success' && attempt.producedCharacters !== undefined
  if (brokeOff || (attempt.usage === undefined && attempt.producedCharacters !== undefined)) {
    attempt.usage = estimate(attempt, request)
    attempt.usageEstimated = true
  }
  if (attempt.usage !== undefined) attempt.costNanoUsd = catalog.costNanoUsd(target, attempt.usage)
}
