import type { ChatRequest } from '../chat/request.ts'

/** What is known of a target's model before it is asked. Unknown is `undefined` and stands in nobody's way. */
export interface ModelFacts {
  /** Tokens of prompt and answer together. */
  readonly contextLength?: number | undefined
  readonly vision?: boolean | undefined
  readonly tools?: boolean | undefined
}

/** Our estimate may be this share too high before a target is passed over for it: the provider has the last word. */
const tolerance = 0.9

export function hasImages(request: ChatRequest): boolean {
  return request.messages.some(
    ({ role, content }) => role === 'user' && typeof content !== 'string' && content.some((part) => part.type === 'image'),
  )
}

/** What a request needs of a model. */
export interface Needs {
  readonly inputTokens: number
  readonly vision: boolean
  readonly tools: boolean
}

export function needsOf(request: ChatRequest, inputTokens: number): Needs {
  return { inputTokens, vision: hasImages(request), tools: (request.tools ?? []).length > 0 }
}

/** Whether a model can take a request, as far as we know. */
export function fits(facts: ModelFacts, needs: Needs): boolean {
  if (needs.vision && facts.vision === false) return false
  if (needs.tools && facts.tools === false) return false
  return facts.contextLength === undefined || needs.inputTokens * tolerance <= facts.contextLength
}
