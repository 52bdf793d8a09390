import type { Finish, FinishReason } from '../../chat/finish-reason.ts'

/** ai.google.dev/api/generate-content#FinishReason and Vertex's reference, 2026-08. What is not here is an ordinary stop. */
const reasons: Readonly<Record<string, FinishReason>> = {
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
}

/** Gemini says `STOP` after function calls as well. */
export function fromGeminiFinishReason(native: string, hasToolCalls: boolean): Finish {
  const reason = Object.hasOwn(reasons, native) ? (reasons[native] ?? 'stop') : 'stop'
  return { reason: reason === 'stop' && hasToolCalls ? 'tool_calls' : reason, native }
}
