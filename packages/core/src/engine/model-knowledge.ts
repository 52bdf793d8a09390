import type { ChatRequest } from '../chat/request.ts'
import type { ModelLists } from '../models/model-lists.ts'
import type { ModelFacts } from '../routing/model-facts.ts'
import type { ModelKnowledge } from '../routing/model-knowledge.ts'
import type { Target } from '../routing/target.ts'

/** Rough, and too high rather than too low for prose: whoever has a tokenizer gives `countTokens`. */
const charactersPerToken = 4

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : value === undefined ? 0 : JSON.stringify(value).length
}

export function estimateTokens(request: ChatRequest): number {
  const characters = request.messages.reduce((sum, message) => sum + lengthOf(message.content), 0) + lengthOf(request.tools)
  return Math.ceil(characters / charactersPerToken)
}

function listedFacts({ provider, model }: Target, lists: ModelLists): ModelFacts {
  const info = lists.known(provider).find(({ id }) => id === model)
  return { contextLength: info?.contextLength }
}

/** What providers tell of their models; prices come from the catalogue. */
export function createModelKnowledge(lists: ModelLists, given: Partial<ModelKnowledge> = {}): ModelKnowledge {
  return {
    facts: given.facts ?? ((target) => listedFacts(target, lists)),
    costNanoUsd: given.costNanoUsd ?? (() => null),
    estimateNanoUsd: given.estimateNanoUsd ?? (() => undefined),
    countTokens: given.countTokens ?? estimateTokens,
  }
}
