import type { Usage } from '../../chat/usage.ts'
import { type JsonObject, readNumber, readObject } from '../../wire/json.ts'

/**
 * `tokens` is what the model read and wrote; `billed_units`, mostly less, is what is charged. Limits and contexts count the former, the price is
 * made of the latter. `undefined` when nothing was counted (a stream that broke off sends `{}`).
 */
export function fromCohereUsage(usage: JsonObject | undefined): Usage | undefined {
  const billed = usage && readObject(usage, 'billed_units')
  const counted = usage && (readObject(usage, 'tokens') ?? billed)
  if (usage === undefined || counted === undefined) return undefined
  const inputTokens = readNumber(counted, 'input_tokens') ?? 0
  const outputTokens = readNumber(counted, 'output_tokens') ?? 0
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    cachedInputTokens: readNumber(usage, 'cached_tokens'),
    reasoningTokens: readNumber(counted, 'reasoning_tokens'),
    billedInputTokens: billed && readNumber(billed, 'input_tokens'),
    billedOutputTokens: billed && readNumber(billed, 'output_tokens'),
  }
}
