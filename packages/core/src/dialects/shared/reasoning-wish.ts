import { type ReasoningEffort, type ReasoningRequest, reasoningEfforts } from '../../chat/request.ts'
import type { ReasoningSupport } from '../capabilities.ts'

/** What is said to a model of its reasoning, in words that it takes, and whether it is what was asked for. */
export interface ReasoningWish {
  /** `off` and `on` without an amount are said in the dialect's own way; `unsaid` leaves the model to its default. */
  readonly say: 'unsaid' | 'off' | 'on' | 'effort' | 'budget'
  readonly effort?: string | undefined
  readonly budgetTokens?: number | undefined
  /** `dropped`: nothing is said, although something was asked for. */
  readonly fate: 'kept' | 'changed' | 'dropped'
}

const unsaid: ReasoningWish = { say: 'unsaid', fate: 'kept' }
const dropped: ReasoningWish = { say: 'unsaid', fate: 'dropped' }

/** Whether a request wants no reasoning, in whichever of the three ways it says so. */
export function isReasoningOff({ mode, effort, budgetTokens }: ReasoningRequest): boolean {
  return mode === 'disabled' || effort === 'none' || budgetTokens === 0
}

/** Whether the model reasons before it answers this request, as far as is known. */
export function isReasoning(reasoning: ReasoningRequest | undefined, support: ReasoningSupport): boolean {
  if (support.mode !== 'optional') return support.mode === 'always'
  return reasoning !== undefined && !isReasoningOff(reasoning)
}

/** Effort for a budget of reasoning tokens: the thresholds at which LiteLLM's and OpenRouter's users expect a step. */
function effortOfBudget(tokens: number): ReasoningEffort {
  if (tokens <= 1_024) return 'low'
  return tokens <= 8_192 ? 'medium' : 'high'
}

function rankOf(effort: string): number {
  const words: readonly string[] = reasoningEfforts
  return words.indexOf(effort)
}

/** The nearest of the efforts that a model takes, the higher one of two that are as near; `undefined` when it takes none. */
export function nearestEffort(effort: string, efforts: readonly string[]): string | undefined {
  if (efforts.includes(effort)) return effort
  const rank = rankOf(effort)
  return efforts.toSorted(
    (left, right) => Math.abs(rankOf(left) - rank) - Math.abs(rankOf(right) - rank) || rankOf(right) - rankOf(left),
  )[0]
}

function toOff(reasoning: ReasoningRequest, support: ReasoningSupport | undefined): ReasoningWish {
  // Unknown models get the client's own word, but no switch is turned into one.
  if (support === undefined) return reasoning.effort === 'none' && reasoning.mode === undefined ? { say: 'off', fate: 'kept' } : dropped
  if (support.off !== undefined) return { say: 'off', fate: 'kept' }
  if (support.mode !== 'always') return unsaid
  const [lowest] = support.efforts ?? []
  return lowest === undefined ? dropped : { say: 'effort', effort: lowest, fate: 'changed' }
}

function toEffort(effort: ReasoningEffort, support: ReasoningSupport | undefined, isExact: boolean): ReasoningWish {
  const efforts = support?.efforts
  const taken = efforts === undefined ? effort : nearestEffort(effort, efforts)
  // A model that is only told whether to reason.
  if (taken === undefined) return support?.mode === 'optional' ? { say: 'on', fate: 'changed' } : dropped
  return { say: 'effort', effort: taken, fate: isExact && taken === effort ? 'kept' : 'changed' }
}

function toBudget(tokens: number, { least, most = Number.POSITIVE_INFINITY }: NonNullable<ReasoningSupport['budget']>): ReasoningWish {
  const budgetTokens = Math.min(most, Math.max(least, tokens))
  return { say: 'budget', budgetTokens, fate: budgetTokens === tokens ? 'kept' : 'changed' }
}

/**
 * A request's wish in the words of a model: an effort that it does not take becomes the nearest one that it does, and a budget an effort
 * where it takes no budget. `support` is `undefined` for a model of which nothing is known.
 */
export function toReasoningWish(reasoning: ReasoningRequest | undefined, support: ReasoningSupport | undefined): ReasoningWish {
  if (reasoning === undefined) return unsaid
  const isOff = isReasoningOff(reasoning)
  if (support?.mode === 'never') return isOff ? unsaid : dropped
  if (isOff) return toOff(reasoning, support)
  const { effort, budgetTokens, mode } = reasoning
  if (budgetTokens !== undefined && support?.budget !== undefined) return toBudget(budgetTokens, support.budget)
  if (effort !== undefined && effort !== 'none') return toEffort(effort, support, budgetTokens === undefined)
  if (budgetTokens !== undefined) return toEffort(effortOfBudget(budgetTokens), support, false)
  if (mode === undefined || support?.mode === 'always' || (mode === 'adaptive' && support === undefined)) return unsaid
  return { say: 'on', fate: 'kept' }
}
