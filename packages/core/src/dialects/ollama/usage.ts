import type { Usage } from '../../chat/usage.ts'
import { type JsonObject, readNumber } from '../../wire/json.ts'

/** `undefined` when nothing was counted; older versions leave the prompt's count out when it was cached whole. */
export function fromOllamaUsage(body: JsonObject): Usage | undefined {
  const output = readNumber(body, 'eval_count')
  const input = readNumber(body, 'prompt_eval_count')
  if (output === undefined && input === undefined) return undefined
  const inputTokens = input ?? 0
  const outputTokens = output ?? 0
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }
}
