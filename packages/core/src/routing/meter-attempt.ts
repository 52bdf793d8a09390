import type { Attempt, UsageEstimate } from '../call/attempt.ts'
import type { Usage } from '../chat/usage.ts'
import { type BelievedUsage, believeUsage, isBelievable, type UsageBounds } from './believe-usage.ts'
import type { ModelCatalog } from './model-catalog.ts'
import type { RoutedRequest } from './routed-request.ts'
import type { Target } from './target.ts'

/** English prose; only estimates what a provider never reported. */
const charactersPerToken = 4
/** The largest window of any model so far is 10 million tokens; what is known of no model is bounded by it. */
const largestWindow = 10_000_000
/** A provider's own tools make it read the conversation once for each step (Anthropic stops after 10, docs.anthropic.com, server tools, 2026). */
const maxServerSteps = 16

/** A search unit is a hundred documents or parts of documents; this is far less than they hold. */
const minTokensPerUnit = 1_000

interface Metering {
  readonly request: RoutedRequest
  readonly catalog: ModelCatalog
}

function boundsOf(target: Target, { request, catalog }: Metering): UsageBounds {
  const window = catalog.facts(target).contextLength ?? largestWindow
  const held = request.maxInputTokens()
  if (held === undefined) {
    const tokens = window * maxServerSteps
    return { maxInputTokens: tokens, maxOutputTokens: tokens, maxSearchUnits: Math.ceil(tokens / minTokensPerUnit) }
  }
  return { maxInputTokens: held, maxOutputTokens: window, maxSearchUnits: Math.ceil(held / minTokensPerUnit) }
}

/** What was consumed, as far as it is believed; the rest by the length of the prompt and of what came. */
function estimate(attempt: Attempt, request: RoutedRequest, believed: BelievedUsage | undefined): Usage {
  const { searchUnits = 0 } = believed?.parts ?? {}
  const told = believed?.inputTokens ?? 0
  const inputTokens = told > 0 ? told : request.inputTokens()
  const produced = Math.ceil((attempt.producedCharacters ?? 0) / charactersPerToken)
  // A provider that reports before it breaks off knows better than we do, unless it reported at the beginning.
  const outputTokens = Math.max(believed?.outputTokens ?? 0, produced)
  const units = searchUnits > 0 ? searchUnits : request.profile().searchUnits
  return {
    ...believed?.parts,
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    ...(units !== undefined && { searchUnits: units }),
  }
}

/** Whether a whole answer's figures leave out what must have been there: a prompt, and the words of the answer. */
function isIncomplete({ inputTokens, outputTokens, searchUnits = 0 }: Usage, attempt: Attempt): boolean {
  return (inputTokens === 0 && searchUnits === 0) || (outputTokens === 0 && (attempt.producedCharacters ?? 0) > 0)
}

/** Why an attempt's usage must be estimated; `undefined` when what the provider reported stands, or nothing was consumed. */
function estimateReason(attempt: Attempt, bounds: () => UsageBounds): UsageEstimate | undefined {
  const { usage, outcome, producedCharacters } = attempt
  const isWhole = outcome === 'success'
  if (usage !== undefined && !isBelievable(usage, bounds)) return 'implausible'
  if (!isWhole && producedCharacters !== undefined) return 'broke_off'
  if (usage !== undefined) return isWhole && isIncomplete(usage, attempt) ? 'not_reported' : undefined
  if (isWhole) return 'not_reported'
  return attempt.mayBeBilled === true ? 'not_answered' : undefined
}

/** Enters usage and cost in an attempt's record. An attempt that was never sent, or was refused, consumed nothing. */
export function meterAttempt(attempt: Attempt, target: Target, metering: Metering): void {
  const { request, catalog } = metering
  if (request.isMetered) {
    const bounds = (): UsageBounds => boundsOf(target, metering)
    const reason = estimateReason(attempt, bounds)
    if (reason !== undefined) {
      attempt.usage = estimate(attempt, request, attempt.usage && believeUsage(attempt.usage, bounds))
      attempt.usageEstimated = reason
    }
  }
  if (attempt.usage === undefined) return
  const priced = catalog.priceUsage(target, attempt.usage)
  attempt.costNanoUsd = priced?.nanoUsd ?? null
  if (priced !== null) attempt.priced = priced
}
