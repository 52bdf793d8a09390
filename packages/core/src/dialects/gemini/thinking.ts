import type { ReasoningRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { ReasoningSupport } from '../capabilities.ts'
import { isReasoningOff, nearestEffort } from '../shared/reasoning-wish.ts'

/** Thinking tokens for OpenAI's efforts: Google's own table (ai.google.dev/gemini-api/docs/openai, 2026-08). */
const budgets: Readonly<Record<string, number>> = {
  ...{ minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576, xhigh: 32_768, max: 32_768 },
}
/** The model decides how much it thinks. */
const dynamic = -1

function toBudget(
  tokens: number,
  { least = 0, most = Number.POSITIVE_INFINITY }: Partial<NonNullable<ReasoningSupport['budget']>>,
): number {
  return tokens === dynamic ? dynamic : Math.min(most, Math.max(least, tokens))
}

/** Most models of the third generation can't turn thinking off: `off` is their lowest level. */
function toLevel(reasoning: ReasoningRequest, levels: readonly string[]): JsonObject {
  if (isReasoningOff(reasoning)) return { thinkingLevel: levels[0] }
  if (reasoning.budgetTokens !== undefined) return { thinkingBudget: reasoning.budgetTokens }
  const { effort } = reasoning
  return effort === undefined ? {} : { thinkingLevel: nearestEffort(effort, levels) }
}

function toBudgetField(reasoning: ReasoningRequest, { budget = { least: 0 }, off }: ReasoningSupport): JsonObject {
  if (isReasoningOff(reasoning)) return { thinkingBudget: off === 'budget' ? 0 : budget.least }
  const { effort, budgetTokens } = reasoning
  const tokens = budgetTokens ?? (effort === undefined ? dynamic : (budgets[effort] ?? dynamic))
  return { thinkingBudget: toBudget(tokens, budget) }
}

/** Whether what is said is not what was asked for, or is said in another form. */
function isChanged(reasoning: ReasoningRequest, { thinkingLevel, thinkingBudget }: JsonObject): boolean {
  if (isReasoningOff(reasoning)) return thinkingBudget !== 0
  if (reasoning.budgetTokens !== undefined) return thinkingBudget !== reasoning.budgetTokens
  return reasoning.effort !== undefined && thinkingLevel !== reasoning.effort
}

export interface Thinking {
  readonly fields: JsonObject
  readonly dropped: readonly string[]
  readonly changed: readonly string[]
}

const name = ['reasoning_effort']
/** What a model of which nothing is known takes: every thinking model takes a budget. */
const usual: ReasoningSupport = { mode: 'optional', budget: { least: 0 }, off: 'budget' }

/** The thinking parameters in the words of the model's generation; they are dropped for a model that can't think. */
export function toGeminiThinking(reasoning: ReasoningRequest | undefined, support: ReasoningSupport = usual): Thinking {
  if (reasoning === undefined) return { fields: {}, dropped: [], changed: [] }
  if (support.mode === 'never') return { fields: {}, dropped: isReasoningOff(reasoning) ? [] : name, changed: [] }
  const amount = support.efforts === undefined ? toBudgetField(reasoning, support) : toLevel(reasoning, support.efforts)
  const isShown = !isReasoningOff(reasoning) && reasoning.summary !== 'none'
  return {
    fields: { thinkingConfig: { ...amount, ...(isShown && { includeThoughts: true }) } },
    dropped: [],
    changed: isChanged(reasoning, amount) ? name : [],
  }
}
