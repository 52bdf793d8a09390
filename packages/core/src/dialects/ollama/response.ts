import type { ChatResponse } from '../../chat/response.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { errorIn } from './error.ts'
import { fromOllamaFinishReason } from './finish-reason.ts'
import { fromOllamaLogprobs } from './logprobs.ts'
import { createdAtSeconds, fromOllamaMessage } from './message.ts'
import { fromOllamaUsage } from './usage.ts'

/** Reads a whole answer. @throws ProviderError `invalid_response` when it has no message */
export function fromOllamaResponse(body: unknown, context: DecodeContext): ChatResponse {
  if (!isJsonObject(body)) throw invalidResponse('The answer is not a JSON object.')
  const given = readObject(body, 'message')
  if (given === undefined) throw invalidResponse(errorIn(body)?.message || 'The answer has no message.')
  const message = fromOllamaMessage(given, context)
  return {
    id: `chatcmpl-${context.newId()}`,
    model: readString(body, 'model') || context.model,
    createdAtSeconds: createdAtSeconds(body),
    choices: [
      {
        index: 0,
        text: message.text,
        reasoning: message.thinking === '' ? [] : [{ origin: 'ollama', text: message.thinking }],
        toolCalls: message.toolCalls,
        finish: fromOllamaFinishReason(readString(body, 'done_reason'), message.toolCalls.length > 0),
        logprobs: fromOllamaLogprobs(body),
      },
    ],
    usage: fromOllamaUsage(body),
  }
}
