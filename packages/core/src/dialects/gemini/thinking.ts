import type { ReasoningRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import { budgetRangeOf, type ThinkingLevel, thinkingControlOf, thinkingLevelsOf } from './model-traits.ts'

/** Thinking tokens for OpenAI's efforts: Google's own table (ai.google.dev/gemini-api/docs/openai, 2026-08). */
const budgets = { minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576, xhigh: 32_768, max: 32_768 } as const
const ranks = { minimal: 0, low: 1, medium: 2, high: 3, xhigh: 3, max: 3 } as const
const levelRanks: Readonly<Record<ThinkingLevel, number>> = { minimal: 0, low: 1, medium: 2, high: 3 }
/** The model decides how much it thinks. */
const dynamic = -1

/** The model's level of that rank, or the next higher one it has. */
function levelFor(model: string, rank: number): ThinkingLevel {
  return thinkingLevelsOf(model).find((level) => levelRanks[level] >= rank) ?? 'high'
}

function toBudget(model: string, tokens: number): number {
  const { least, most, canRest } = budgetRangeOf(model)
  if (tokens === dynamic || (tokens <= 0 && canRest)) return tokens === dynamic ? dynamic : 0
  return Math.min(most, Math.max(least, tokens))
}

function isOff({ mode, effort, budgetTokens }: ReasoningRequest): boolean {
  return mode === 'disabled' || effort === 'none' || budgetTokens === 0
}

/** Most models of the third generation can't turn thinking off: `off` is their lowest level. */
function toLevel(reasoning: ReasoningRequest, model: string): JsonObject {
  if (isOff(reasoning)) return { thinkingLevel: levelFor(model, 0) }
  if (reasoning.budgetTokens !== undefined) return { thinkingBudget: reasoning.budgetTokens }
  const { effort } = reasoning
  return effort === undefined || effort === 'none' ? {} : { thinkingLevel: levelFor(model, ranks[effort]) }
}

function toBudgetField(reasoning: ReasoningRequest, model: string): JsonObject {
  if (isOff(reasoning)) return { thinkingBudget: toBudget(model, 0) }
  const { effort, budgetTokens } = reasoning
  const tokens = budgetTokens ?? (effort === undefined || effort === 'none' ? dynamic : budgets[effort])
  return { thinkingBudget: toBudget(model, tokens) }
}

export interface Thinking {
  readonly fields: JsonObject
  readonly dropped: readonly string[]
}

/** The thinking parameters in the words of the model's generation; they are dropped for a model that can't think. */
export function toGeminiThinking(reasoning: ReasoningRequest | undefined, model: string): Thinking {
  if (reasoning === undefined) return { fields: {}, dropped: [] }
  const control = thinkingControlOf(model)
  if (control === 'none') return { fields: {}, dropped: isOff(reasoning) ? [] : ['reasoning_effort'] }
  const amount = control === 'level' ? toLevel(reasoning, model) : toBudgetField(reasoning, model)
  const shown = !isOff(reasoning) && reasoning.summary !== 'none'
  return { fields: { thinkingConfig: { ...amount, ...(shown && { includeThoughts: true }) } }, dropped: [] }
}
