import type { Finish } from '../../chat/finish-reason.ts'
import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { ChatResponse } from '../../chat/response.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { fromReasoningItem } from './encrypted-content.ts'
import { fromResponsesUsage } from './usage.ts'

export function fromResponseStatus(response: JsonObject, hasToolCalls: boolean): Finish {
  const reason = readString(readObject(response, 'incomplete_details') ?? {}, 'reason')
  const native = reason ?? readString(response, 'status') ?? ''
  if (reason === 'max_output_tokens') return { reason: 'length', native }
  if (reason === 'content_filter') return { reason: 'content_filter', native }
  return { reason: hasToolCalls ? 'tool_calls' : 'stop', native }
}

/** The error of a response whose status is `failed`; `undefined` for any other. */
export function failureOf(response: JsonObject): ProviderError | undefined {
  const error = readObject(response, 'error')
  if (error === undefined && response['status'] !== 'failed') return undefined
  return new ProviderError({
    failure: 'server',
    provider: '',
    message: (error && readString(error, 'message')) ?? 'The provider failed to answer.',
    code: error && readString(error, 'code'),
  })
}

function contentOf(items: readonly JsonObject[], type: string, field: string): string {
  const parts = items
    .filter((item) => item['type'] === 'message')
    .flatMap((item) => readArray(item, 'content') ?? [])
    .filter(isJsonObject)
  return parts.map((part) => (part['type'] === type ? (readString(part, field) ?? '') : '')).join('')
}

function toCall(item: JsonObject): ToolCall {
  return {
    id: readString(item, 'call_id') ?? readString(item, 'id') ?? '',
    name: readString(item, 'name') ?? '',
    argumentsText: readString(item, 'arguments') || '{}',
  }
}

/** Reads a whole response. @throws ProviderError when it has no output or failed */
export function fromResponsesResponse(body: unknown, context: DecodeContext): ChatResponse {
  const output = isJsonObject(body) ? readArray(body, 'output') : undefined
  if (!isJsonObject(body) || output === undefined) throw invalidResponse('The answer has no output.')
  const failure = failureOf(body)
  if (failure !== undefined) throw failure
  const items = output.filter(isJsonObject)
  const toolCalls = items.filter((item) => item['type'] === 'function_call').map(toCall)
  const refusal = contentOf(items, 'refusal', 'refusal')
  const usage = readObject(body, 'usage')
  const reasoning: readonly ReasoningBlock[] = items.filter((item) => item['type'] === 'reasoning').map(fromReasoningItem)
  return {
    id: readString(body, 'id') || `resp_${context.newId()}`,
    model: readString(body, 'model') || context.model,
    createdAtSeconds: readNumber(body, 'created_at'),
    choices: [
      {
        index: 0,
        text: contentOf(items, 'output_text', 'text'),
        refusal: refusal === '' ? undefined : refusal,
        reasoning,
        toolCalls,
        finish: fromResponseStatus(body, toolCalls.length > 0),
      },
    ],
    usage: usage && fromResponsesUsage(usage),
    serviceTier: readString(body, 'service_tier'),
  }
}

export function isForwardableResponseObject(body: unknown): boolean {
  return isJsonObject(body) && body['object'] === 'response' && Array.isArray(body['output']) && typeof body['id'] === 'string'
}
