import type { DialectId } from '../../chat/dialect-id.ts'
import type { Message, ReasoningBlock } from '../../chat/message.ts'
import type { ChatRequest, ReasoningRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities, ReasoningSupport } from '../capabilities.ts'
import { isReasoningOff, nearestEffort } from '../shared/reasoning-wish.ts'

/** The tokens for each effort. Other gateways use the same steps. */
const budgets: Readonly<Record<string, number>> = {
  ...{ minimal: 1_024, low: 1_024, medium: 4_096, high: 16_384, xhigh: 32_000, max: 32_000 },
}
const leastBudget = 1_024
/** Tokens for the answer itself, where the model's largest output bounds both. */
const leastAnswer = 1_024
/** Budgets up to these many tokens are that effort; higher ones are high. */
const steps = { low: 1_024, medium: 8_192 }

/** What a request for reasoning becomes, in words that the Messages API and Bedrock's model fields share. */
export interface ClaudeThinking {
  readonly thinking?: JsonObject | undefined
  /** `output_config.effort`. */
  readonly effort?: string | undefined
  /** The limit of all output must exceed it; 0 where no budget is named. */
  readonly budgetTokens: number
  /** Claude thinks: it then takes no other sampling than the default. */
  readonly active: boolean
  readonly dropped: readonly string[]
  readonly changed: readonly string[]
}

const nothing: ClaudeThinking = { budgetTokens: 0, active: false, dropped: [], changed: [] }
const name = ['reasoning_effort'] as const

/** Whether the model must call a tool. */
export function isForced({ toolChoice, tools = [] }: ChatRequest): boolean {
  return tools.length > 0 && (toolChoice === 'required' || typeof toolChoice === 'object')
}

/** Whether a platform takes a block back: it recognises its own signatures and ciphers. */
export function isOwnReasoning({ origin, signature, encrypted }: ReasoningBlock, own: DialectId): boolean {
  return origin === own && (signature !== undefined || encrypted !== undefined)
}

function hasOwnThoughts(message: Message, own: DialectId): boolean {
  return message.role === 'assistant' && message.reasoning?.some((block) => isOwnReasoning(block, own)) === true
}

/**
 * With a budget, Claude goes on thinking in the middle of a tool loop only when it gets the thoughts back that the loop began
 * with: a client that loses them would be refused from the second step on.
 */
function hasLostThoughts(messages: readonly Message[], own: DialectId): boolean {
  const last = messages.at(-1)
  if (last?.role === 'assistant') return !hasOwnThoughts(last, own)
  const caller = messages.findLastIndex(({ role }) => role === 'assistant')
  if (caller === -1 || !messages.slice(caller).some(({ role }) => role === 'tool')) return false
  // Claude thinks before the first step of a loop, and not always between the steps.
  for (let index = caller; index >= 0; index--) {
    const message = messages[index]
    if (message === undefined || message.role === 'user') break
    if (hasOwnThoughts(message, own)) return false
  }
  return true
}

/** The effort that is asked for, or that a budget amounts to. */
function wantedEffort({ effort, budgetTokens }: ReasoningRequest): string | undefined {
  if (effort !== undefined) return effort
  if (budgetTokens === undefined) return undefined
  return budgetTokens <= steps.low ? 'low' : budgetTokens <= steps.medium ? 'medium' : 'high'
}

function effortFor(reasoning: ReasoningRequest, { efforts = [] }: ReasoningSupport): string | undefined {
  const wanted = wantedEffort(reasoning)
  return wanted === undefined || wanted === 'none' ? undefined : nearestEffort(wanted, efforts)
}

function toAdaptive(reasoning: ReasoningRequest, support: ReasoningSupport): ClaudeThinking {
  const effort = effortFor(reasoning, support)
  const isShown = reasoning.summary !== undefined && reasoning.summary !== 'none'
  return {
    ...nothing,
    thinking: { type: 'adaptive', ...(isShown && { display: 'summarized' }) },
    effort,
    active: true,
    changed: effort === reasoning.effort ? [] : name,
  }
}

function toBudget(reasoning: ReasoningRequest, { budget }: ReasoningSupport, largest: number): ClaudeThinking {
  const { least = leastBudget, most = largest } = budget ?? {}
  const wanted = reasoning.budgetTokens ?? budgets[reasoning.effort ?? 'medium'] ?? least
  // The answer needs room beside the thoughts.
  const budgetTokens = Math.max(least, Math.min(most, largest - leastAnswer, wanted))
  return {
    ...nothing,
    thinking: { type: 'enabled', budget_tokens: budgetTokens },
    budgetTokens,
    active: true,
    changed: budgetTokens === reasoning.budgetTokens ? [] : name,
  }
}

function offSwitch({ off }: ReasoningSupport): JsonObject {
  return { type: off === 'between-tools' ? 'between_tools' : 'disabled' }
}

/** No thinking, in so many words where the client uses them or the model would think by itself. */
function toOff(reasoning: ReasoningRequest, support: ReasoningSupport): ClaudeThinking {
  if (support.mode === 'never') return nothing
  const [lowest] = support.efforts ?? []
  // A model that always thinks does so least at its lowest effort.
  if (support.mode === 'always') return { ...nothing, effort: lowest, active: true, changed: name }
  const isSaid = reasoning.mode === 'disabled' || support.byDefault === true
  // Without thinking an effort still bounds the words and the tool calls.
  const effort = reasoning.mode === 'disabled' ? effortFor(reasoning, support) : undefined
  return { ...nothing, thinking: isSaid ? offSwitch(support) : undefined, effort }
}

/** A forced call goes before thinking, which is turned off where it would refuse the call. */
function withForcedTools({ reasoning }: ChatRequest, support: ReasoningSupport): ClaudeThinking {
  const isAsked = reasoning !== undefined && !isReasoningOff(reasoning)
  const dropped = isAsked ? name : []
  if (support.mode === 'always') return { ...nothing, active: true, dropped }
  const mustSay = support.byDefault === true && support.refusesForcedTools === true
  const isSaid = mustSay || (reasoning?.mode === 'disabled' && support.mode !== 'never')
  return { ...nothing, thinking: isSaid ? offSwitch(support) : undefined, dropped }
}

/** What a target of which nothing is known is taken for. */
const usual: ReasoningSupport = { mode: 'optional', off: 'switch', budget: { least: leastBudget } }

/** The reasoning parameters of a request in the words of the model's generation. */
export function toClaudeThinking(
  request: ChatRequest,
  { reasoning: support = usual, limits }: Pick<Capabilities, 'reasoning' | 'limits'>,
  own: DialectId,
): ClaudeThinking {
  const { reasoning } = request
  if (isForced(request)) return withForcedTools(request, support)
  if (reasoning === undefined) return nothing
  if (isReasoningOff(reasoning)) return toOff(reasoning, support)
  if (support.mode === 'never') return { ...nothing, dropped: name }
  if (support.adaptive === true && support.budget === undefined) return toAdaptive(reasoning, support)
  const isLost = hasLostThoughts(request.messages, own)
  const isByBudget = reasoning.budgetTokens !== undefined || (reasoning.mode === 'enabled' && reasoning.effort === undefined)
  // Adaptive thinking needs no earlier thoughts.
  if (support.adaptive === true && (isLost || !isByBudget)) return toAdaptive(reasoning, support)
  return isLost ? { ...nothing, dropped: name } : toBudget(reasoning, support, limits?.maxTokens ?? Number.POSITIVE_INFINITY)
}

/** The limit of all output, thinking included: it must exceed the budget, and stay within what the model can write. */
export function toOutputLimit(
  maxTokens: number | undefined,
  budgetTokens: number,
  largest = Number.POSITIVE_INFINITY,
): { readonly maxTokens: number | undefined; readonly changed: readonly string[] } {
  if (maxTokens === undefined || maxTokens > budgetTokens) return { maxTokens, changed: [] }
  return { maxTokens: Math.min(largest, budgetTokens + maxTokens), changed: ['max_tokens'] }
}
