import type { Message } from '../../chat/message.ts'
import type { ChatRequest, ReasoningRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import { traitsOf } from './model-traits.ts'

/** Claude's smallest budget, and the tokens for each of OpenAI's efforts. Other gateways use the same steps. */
const leastBudget = 1_024
const budgets = { minimal: 1_024, low: 1_024, medium: 4_096, high: 16_384, xhigh: 32_000, max: 32_000 } as const
const threeSteps = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'high' } as const

type Effort = keyof typeof threeSteps

export interface Thinking {
  readonly fields: JsonObject
  readonly dropped: readonly string[]
  /** Claude's budget, which must stay below `maxTokens`; its thinking also forbids changes of the sampling. */
  readonly budgetTokens?: number | undefined
  /** Nova at its highest effort sets sampling and length by itself. */
  readonly ownSampling: boolean
}

const nothing: Thinking = { fields: {}, dropped: [], ownSampling: false }
const lost: Thinking = { ...nothing, dropped: ['reasoning_effort'] }

function isOff({ mode, effort, budgetTokens }: ReasoningRequest): boolean {
  return mode === 'disabled' || effort === 'none' || budgetTokens === 0
}

/** The effort that is asked for, or that a budget amounts to. */
function effortOf({ effort, budgetTokens }: ReasoningRequest): Effort {
  if (effort !== undefined && effort !== 'none') return effort
  if (budgetTokens === undefined) return 'medium'
  return budgetTokens <= budgets.low ? 'low' : budgetTokens <= 8_192 ? 'medium' : 'high'
}

/**
 * Claude goes on thinking in the middle of a tool loop only when it gets its own thoughts back: a client that loses them
 * would otherwise be refused from the second step on.
 */
function lostThoughts(messages: readonly Message[]): boolean {
  if (messages.at(-1)?.role !== 'tool') return false
  const caller = messages.findLast((message) => message.role === 'assistant')
  const own = caller?.role === 'assistant' ? (caller.reasoning ?? []) : []
  return !own.some((block) => block.origin === 'bedrock-converse' && (block.signature !== undefined || block.encrypted !== undefined))
}

function toClaude(reasoning: ReasoningRequest, request: ChatRequest): Thinking {
  const forced = request.toolChoice === 'required' || typeof request.toolChoice === 'object'
  if (forced || lostThoughts(request.messages)) return lost
  if (reasoning.mode === 'adaptive') return { ...nothing, fields: { thinking: { type: 'adaptive' } }, budgetTokens: 0 }
  const budgetTokens = Math.max(leastBudget, reasoning.budgetTokens ?? budgets[effortOf(reasoning)])
  return { ...nothing, fields: { thinking: { type: 'enabled', budget_tokens: budgetTokens } }, budgetTokens }
}

function toNova(reasoning: ReasoningRequest): Thinking {
  const maxReasoningEffort = threeSteps[effortOf(reasoning)]
  return { ...nothing, fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort } }, ownSampling: maxReasoningEffort === 'high' }
}

/** The reasoning parameters in the words of the model's family (docs.aws.amazon.com, Bedrock's model parameters, 2026-08). */
export function toBedrockThinking(request: ChatRequest, model: string): Thinking {
  const { reasoning } = request
  if (reasoning === undefined) return nothing
  const { thinking } = traitsOf(model)
  // gpt-oss always thinks.
  if (thinking === 'gpt-oss')
    return { ...nothing, fields: { reasoning_effort: isOff(reasoning) ? 'low' : threeSteps[effortOf(reasoning)] } }
  if (isOff(reasoning)) return nothing
  switch (thinking) {
    case 'claude':
      return toClaude(reasoning, request)
    case 'nova':
      return toNova(reasoning)
    case 'qwen':
      return {
        ...nothing,
        fields: { reasoning_config: effortOf(reasoning) === 'low' || effortOf(reasoning) === 'minimal' ? 'low' : 'high' },
      }
    case 'none':
      return lost
  }
}
