import type { ReasoningRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities, ReasoningField } from '../capabilities.ts'
import { nearestEffort, type ReasoningWish, toReasoningWish } from '../shared/reasoning-wish.ts'

/** What an OpenAI-style provider is told of reasoning. */
export interface ReasoningFields {
  readonly fields: JsonObject
  readonly fate: ReasoningWish['fate']
}

const usualEffort = 'medium'

function toFields({ say, effort, budgetTokens }: ReasoningWish, { reasoning }: Capabilities): JsonObject {
  switch (say) {
    case 'unsaid':
      return {}
    case 'off':
      return reasoning?.off === 'switch' ? { thinking: { type: 'disabled' } } : { reasoning_effort: 'none' }
    case 'on':
      if (reasoning?.off === 'switch') return { thinking: { type: 'enabled' } }
      return { reasoning_effort: nearestEffort(usualEffort, reasoning?.efforts ?? [usualEffort]) ?? usualEffort }
    case 'effort':
      return { reasoning_effort: effort }
    case 'budget':
      return { reasoning: { max_tokens: budgetTokens } }
  }
}

/** Writes a request's wish in the fields of a provider, as far as its model takes them. */
export function toReasoningFields(reasoning: ReasoningRequest | undefined, capabilities: Capabilities): ReasoningFields {
  const wish = toReasoningWish(reasoning, capabilities.reasoning)
  return { fields: toFields(wish, capabilities), fate: wish.fate }
}

const reasoningFields: readonly ReasoningField[] = ['reasoning_effort', 'reasoning', 'thinking']

/** The fields of a client's own body by which it asks for reasoning in words that are not the provider's. */
export function foreignReasoningFields(body: JsonObject, { reasoningFields: taken }: Capabilities): readonly ReasoningField[] {
  if (taken === undefined) return []
  return reasoningFields.filter((name) => body[name] !== undefined && body[name] !== null && !taken.includes(name))
}
