import type { ChatRequest } from '../../chat/request.ts'
import { type JsonObject, readObject } from '../../wire/json.ts'
import { definedFields } from '../shared/defined-fields.ts'
import { type TakenExtras, takenExtras } from '../shared/taken-extras.ts'

/** Words of Gemini's that users write into an OpenAI body as well, in both spellings. */
const names = {
  safetySettings: 'safetySettings',
  safety_settings: 'safetySettings',
  cachedContent: 'cachedContent',
  cached_content: 'cachedContent',
  extra_body: 'extra_body',
  google: 'google',
} as const

function thinkingConfig(google: JsonObject): JsonObject {
  const config = readObject(google, 'thinking_config') ?? readObject(google, 'thinkingConfig')
  if (config === undefined) return {}
  const thinking = definedFields({
    thinkingBudget: config['thinking_budget'] ?? config['thinkingBudget'],
    thinkingLevel: config['thinking_level'] ?? config['thinkingLevel'],
    includeThoughts: config['include_thoughts'] ?? config['includeThoughts'],
  })
  return { generationConfig: { thinkingConfig: thinking } }
}

/** `extra_body.google`, as Google's own OpenAI endpoint takes it (ai.google.dev/gemini-api/docs/openai, 2026-08). */
function fromGoogle(google: JsonObject): JsonObject {
  return {
    ...definedFields({
      cachedContent: google['cached_content'] ?? google['cachedContent'],
      safetySettings: google['safety_settings'] ?? google['safetySettings'],
    }),
    ...thinkingConfig(google),
  }
}

/** What a request says to Gemini beyond the neutral fields. */
export function toGeminiExtras(request: ChatRequest): TakenExtras {
  const { fields, dropped } = takenExtras(request, 'gemini', names)
  const { extra_body: extraBody, google, ...plain } = fields
  const nested = readObject({ google }, 'google') ?? readObject(readObject({ extraBody }, 'extraBody') ?? {}, 'google')
  return { fields: { ...plain, ...(nested !== undefined && fromGoogle(nested)) }, dropped }
}
