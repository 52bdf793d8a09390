import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities, ReasoningSupport } from '../capabilities.ts'
import { type ClaudeThinking, toClaudeThinking } from '../claude/thinking.ts'
import type { EncodeTarget } from '../dialect.ts'
import { toReasoningWish } from '../shared/reasoning-wish.ts'
import { wordsOf } from './model-traits.ts'

/** The reasoning parameters of a request: Claude's, or those of another family. */
export interface BedrockThinking extends ClaudeThinking {
  /** Fields in the model's own words. */
  readonly fields: JsonObject
  /** Nova at its highest effort sets sampling and length by itself. */
  readonly ownSampling: boolean
}

const nothing: BedrockThinking = { fields: {}, ownSampling: false, budgetTokens: 0, active: false, dropped: [], changed: [] }

function toClaude(request: ChatRequest, capabilities: Capabilities): BedrockThinking {
  const thinking = toClaudeThinking(request, capabilities, 'bedrock-converse')
  const fields = {
    ...(thinking.thinking !== undefined && { thinking: thinking.thinking }),
    ...(thinking.effort !== undefined && { output_config: { effort: thinking.effort } }),
  }
  return { ...thinking, fields, ownSampling: false }
}

/** The effort, or the one that `enabled` stands for. */
function toEffort(request: ChatRequest, support: ReasoningSupport | undefined): BedrockThinking {
  const { say, effort = 'medium', fate } = toReasoningWish(request.reasoning, support)
  const name = ['reasoning_effort']
  const told = { ...nothing, dropped: fate === 'dropped' ? name : [], changed: fate === 'changed' ? name : [] }
  return say === 'effort' || say === 'on' ? { ...told, active: true, effort } : told
}

/** The reasoning parameters in the words of the model's family (docs.aws.amazon.com, Bedrock's model parameters, 2026-08). */
export function toBedrockThinking(
  request: ChatRequest,
  { model, capabilities }: Pick<EncodeTarget, 'model' | 'capabilities'>,
): BedrockThinking {
  const { reasoning } = wordsOf(model)
  if (reasoning === 'claude') return toClaude(request, capabilities)
  if (request.reasoning === undefined) return nothing
  const thinking = toEffort(request, capabilities.reasoning)
  const { effort } = thinking
  if (effort === undefined) return thinking
  switch (reasoning) {
    case 'gpt-oss':
      return { ...thinking, fields: { reasoning_effort: effort } }
    case 'nova':
      return { ...thinking, fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } }, ownSampling: effort === 'high' }
    case 'qwen':
      return { ...thinking, fields: { reasoning_config: effort === 'medium' ? 'high' : effort } }
    case 'none':
      return { ...nothing, dropped: ['reasoning_effort'] }
  }
}
