import type { ChatRequest } from '../chat/request.ts'
import { openAiResponses } from '../dialects/openai-responses/index.ts'
import { isResponsesRequest } from '../dialects/openai-responses/request.ts'
import { isReasoningOff } from '../dialects/shared/reasoning-wish.ts'
import type { ChatVariant } from './definition.ts'

/** Models that OpenAI offers through the Responses API alone (platform.openai.com/docs/models, 2026-05). */
const responsesOnly =
  /^(o[13]-pro|gpt-5(\.\d+)?-pro|codex-[a-z-]+|gpt-5(\.\d+)?-codex(-[a-z]+)?|computer-use-preview|o\d(-mini)?-deep-research)(-\d{4}-\d{2}-\d{2})?$/

/** Models that it offers through Chat Completions alone (the same pages). */
const chatOnly = /^(gpt-audio|o1-mini|o1-preview|gpt-[a-z0-9.-]*-(search-preview|search-api|audio-preview))/

/**
 * Models that refuse function tools beside reasoning on Chat Completions: from gpt-5.4 on
 * (developers.openai.com/api/docs/guides/reasoning, 2026-08). A fine-tuned model has its base within its name.
 */
const splitsTools = /^(ft:)?gpt-(5\.([4-9]|\d\d)|[6-9]|1\d)(?![\d.])/

function needsResponses({ tools, reasoning }: ChatRequest): boolean {
  return tools !== undefined && tools.length > 0 && !(reasoning !== undefined && isReasoningOff(reasoning))
}

/** How one of OpenAI's models is spoken to through Responses; `undefined` for those that are only known to Chat Completions. */
export function openAiVariant(model: string, chat: ChatVariant['chat']): ChatVariant | undefined {
  if (chatOnly.test(model)) return undefined
  if (responsesOnly.test(model)) return { dialect: openAiResponses, chat }
  const takes = splitsTools.test(model)
    ? (request: ChatRequest): boolean => needsResponses(request) || isResponsesRequest(request)
    : isResponsesRequest
  return { dialect: openAiResponses, chat, takes }
}
