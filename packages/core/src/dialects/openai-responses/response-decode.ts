import type { Finish } from '../../chat/finish-reason.ts'
import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { ChatResponse } from '../../chat/response.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { fromOpenAiError } from '../openai-chat/error.ts'
import { toCustomArguments } from '../shared/custom-tool.ts'
import { fromImageItem, fromResponsesAnnotations } from './annotations.ts'
import { fromReasoningItem } from './encrypted-content.ts'
import { fromResponsesUsage } from './usage.ts'

export function fromResponseStatus(response: JsonObject, hasToolCalls: boolean): Finish {
  const reason = readString(readObject(response, 'incomplete_details') ?? {}, 'reason')
  const native = reason ?? readString(response, 'status') ?? ''
  if (reason === 'content_filter') return { reason: 'content_filter', native }
  // The only other reason that the API names is `max_output_tokens`; a response without a reason was cut as well.
  if (reason !== undefined || native === 'incomplete') return { reason: 'length', native }
  return { reason: hasToolCalls ? 'tool_calls' : 'stop', native }
}

/** The error of a response that failed or was called off; `undefined` for any other. */
export function failureOf(response: JsonObject): ProviderError | undefined {
  const error = readObject(response, 'error')
  const status = response['status']
  if (error === undefined && status !== 'failed' && status !== 'cancelled') return undefined
  const upstream = fromOpenAiError(500, {}, { error: error ?? {} })
  const message = upstream.message === '' ? 'The provider failed to answer.' : upstream.message
  return new ProviderError({ ...upstream, message, failure: classifyFailure(500, upstream), provider: '' })
}

/** The parts of an item's content. */
export function contentOf(item: JsonObject): readonly JsonObject[] {
  return (readArray(item, 'content') ?? []).filter(isJsonObject)
}

function textOf(parts: readonly JsonObject[], type: string, field: string): string {
  return parts.map((part) => (part['type'] === type ? (readString(part, field) ?? '') : '')).join('')
}

export function isCallItem(item: JsonObject): boolean {
  return item['type'] === 'function_call' || item['type'] === 'custom_tool_call'
}

/** The call of an item that is one; `argumentsText` is '' while there are none. */
export function fromCallItem(item: JsonObject): ToolCall {
  const id = readString(item, 'call_id') ?? readString(item, 'id') ?? ''
  const name = readString(item, 'name') ?? ''
  if (item['type'] !== 'custom_tool_call') return { id, name, argumentsText: readString(item, 'arguments') ?? '' }
  return { id, name, argumentsText: toCustomArguments(readString(item, 'input') ?? ''), custom: true }
}

function wholeCall(item: JsonObject, context: DecodeContext): ToolCall {
  const call = fromCallItem(item)
  if (call.name === '') throw invalidResponse('A tool call has no name.')
  return { ...call, id: call.id === '' ? `call_${context.newId()}` : call.id, argumentsText: call.argumentsText || '{}' }
}

/** Reads a whole response. @throws ProviderError when it has no output, is not done or failed */
export function fromResponsesResponse(body: unknown, context: DecodeContext): ChatResponse {
  const output = isJsonObject(body) ? readArray(body, 'output') : undefined
  const failure = isJsonObject(body) ? failureOf(body) : undefined
  if (failure !== undefined) throw failure
  if (!isJsonObject(body) || output === undefined) throw invalidResponse('The answer has no output.')
  if (body['status'] === 'queued' || body['status'] === 'in_progress') throw invalidResponse('The answer is not done.')
  const items = output.filter(isJsonObject)
  const parts = items.filter((item) => item['type'] === 'message').flatMap(contentOf)
  const toolCalls = items.filter(isCallItem).map((item) => wholeCall(item, context))
  const refusal = textOf(parts, 'refusal', 'refusal')
  const usage = readObject(body, 'usage')
  const reasoning: readonly ReasoningBlock[] = items.filter((item) => item['type'] === 'reasoning').map(fromReasoningItem)
  const images = items.map(fromImageItem).filter((image) => image !== undefined)
  const annotations = [...parts.flatMap(fromResponsesAnnotations), ...images]
  return {
    id: readString(body, 'id') || `resp_${context.newId()}`,
    model: readString(body, 'model') || context.model,
    createdAtSeconds: readNumber(body, 'created_at'),
    choices: [
      {
        index: 0,
        text: textOf(parts, 'output_text', 'text'),
        refusal: refusal === '' ? undefined : refusal,
        reasoning,
        toolCalls,
        finish: fromResponseStatus(body, toolCalls.length > 0),
        ...(annotations.length > 0 && { annotations }),
      },
    ],
    usage: usage && fromResponsesUsage(usage, body),
    serviceTier: readString(body, 'service_tier'),
  }
}

/** A response that has been read, as OpenAI's clients expect it: itself where it is complete, else with the fields that it lacks. */
export function repairResponseObject(body: unknown, read: ChatResponse, { nowSeconds }: DecodeContext): JsonObject | undefined {
  if (!isJsonObject(body)) return undefined
  const isWhole = body['object'] === 'response' && readString(body, 'id') && readString(body, 'model') && body['created_at'] !== undefined
  if (isWhole && typeof body['status'] === 'string') return body
  return {
    status: read.choices[0]?.finish.reason === 'length' ? 'incomplete' : 'completed',
    ...body,
    id: read.id,
    object: 'response',
    created_at: read.createdAtSeconds ?? nowSeconds?.() ?? 0,
    model: read.model,
  }
}
