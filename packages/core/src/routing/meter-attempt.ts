import type { Attempt } from '../call/call.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { Usage } from '../chat/usage.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { Target } from './target.ts'

/** English prose; what is estimated here is what a provider never told. */
const charactersPerToken = 4

/** What an answer that broke off has consumed: the provider's own count of the prompt where it gave one, else ours. */
function estimate(attempt: Attempt, request: ChatRequest, catalog: ModelCatalog): Usage {
  const input = attempt.usage?.inputTokens ?? catalog.countTokens(request)
  // Whoever tells before it breaks off knows better than we, unless it told at the beginning.
  const output = Math.max(attempt.usage?.outputTokens ?? 0, Math.ceil((attempt.producedCharacters ?? 0) / charactersPerToken))
  return { ...attempt.usage, inputTokens: input, outputTokens: output, totalTokens: input + output }
}

/** Puts usage and cost on an attempt's record. An attempt that brought nothing consumed nothing, as far as anyone can tell. */
export function meterAttempt(
  attempt: Attempt,
  target: Target,
  asked: { readonly request: ChatRequest; readonly catalog: ModelCatalog },
): void {
  const { request, catalog } = asked
  const brokeOff = attempt.outcome !== 'success' && attempt.producedCharacters !== undefined
  if (brokeOff || (attempt.usage === undefined && attempt.producedCharacters !== undefined)) {
    attempt.usage = estimate(attempt, request, catalog)
    attempt.usageEstimated = true
  }
  if (attempt.usage !== undefined) attempt.costNanoUsd = catalog.costNanoUsd(target, attempt.usage)
}
