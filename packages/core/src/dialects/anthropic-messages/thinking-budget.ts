import type { ChatRequest, ReasoningRequest } from '../../chat/request.ts'

/** Anthropic's smallest budget, and the tokens for each of OpenAI's efforts. Other gateways use the same steps. */
const minimumBudget = 1_024
const budgets: Readonly<Record<NonNullable<ReasoningRequest['effort']>, number>> = {
  none: 0,
  minimal: 1_024,
  low: 1_024,
  medium: 4_096,
  high: 16_384,
  xhigh: 32_000,
  max: 32_000,
}

/** Anthropic requires `max_tokens`; this is sent when the client names none. */
const defaultMaxTokens = 4_096

export interface Thinking {
  readonly fields: Readonly<Record<string, { readonly type: string; readonly budget_tokens?: number }>>
  readonly maxTokens: number
  /** Thinking forbids changes of the sampling and forced tools. */
  readonly active: boolean
}

function budgetOf(reasoning: ReasoningRequest): number {
  if (reasoning.budgetTokens !== undefined) return Math.max(minimumBudget, reasoning.budgetTokens)
  if (reasoning.effort !== undefined) return budgets[reasoning.effort]
  return reasoning.mode === 'enabled' ? budgets.medium : 0
}

/** The thinking parameters of a request and its `max_tokens`, which must exceed the budget. */
export function thinkingOf(request: ChatRequest): Thinking {
  const maxTokens = request.maxTokens ?? defaultMaxTokens
  const { reasoning } = request
  if (reasoning === undefined) return { fields: {}, maxTokens, active: false }
  if (reasoning.mode === 'adaptive') return { fields: { thinking: { type: 'adaptive' } }, maxTokens, active: true }
  const forced = typeof request.toolChoice === 'object' || request.toolChoice === 'required'
  const budget = reasoning.mode === 'disabled' || forced ? 0 : budgetOf(reasoning)
  if (budget === 0) return { fields: reasoning.mode === 'disabled' ? { thinking: { type: 'disabled' } } : {}, maxTokens, active: false }
  return {
    fields: { thinking: { type: 'enabled', budget_tokens: budget } },
    maxTokens: maxTokens > budget ? maxTokens : budget + maxTokens,
    active: true,
  }
}
