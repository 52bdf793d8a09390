import type { Finish } from '../../chat/finish-reason.ts'
import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { ChatResponse, TokenLogprob } from '../../chat/response.ts'
import { sourceOf } from '../../chat/source.ts'
import type { Usage } from '../../chat/usage.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import type { ClientContext } from '../dialect.ts'
import { fromCustomArguments } from '../shared/custom-input.ts'
import { isCustomTool } from '../shared/custom-tool.ts'
import { imagesOf, toResponsesAnnotations } from './annotations.ts'
import { toEncryptedContent } from './encrypted-content.ts'
import { toResponsesUsage } from './usage.ts'

/** The fields of a response object besides its output. */
export interface ResponseHead {
  readonly id: string
  readonly model: string
  readonly createdAtSeconds: number
  /** What the response repeats of the request. */
  readonly repeated: JsonObject
}

/** Fields that a response repeats, and what they are where the request does not have them. */
const repeatedFields: JsonObject = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
  truncation: 'disabled',
}

function repeatedOf(request: ChatRequest | undefined): JsonObject {
  const source = request === undefined ? undefined : sourceOf(request)
  if (source?.dialect !== 'openai-responses') return repeatedFields
  const given = Object.keys(repeatedFields).flatMap((name): [string, JsonValue][] => {
    const value = source.body[name]
    return value === undefined || value === null ? [] : [[name, value]]
  })
  return { ...repeatedFields, ...Object.fromEntries(given) }
}

export function toHead(
  context: ClientContext,
  from?: { readonly id: string; readonly model: string; readonly createdAtSeconds?: number | undefined },
): ResponseHead {
  const id = from?.id ?? context.newId()
  return {
    id: id.startsWith('resp_') ? id : `resp_${id}`,
    model: from?.model ?? context.model,
    createdAtSeconds: from?.createdAtSeconds ?? context.nowSeconds,
    repeated: repeatedOf(context.request),
  }
}

/** Neutral reasons that leave a response incomplete, in OpenAI's words. */
function incompleteReason(finish: Finish | undefined): string | undefined {
  if (finish?.reason === 'length') return 'max_output_tokens'
  return finish?.reason === 'content_filter' ? 'content_filter' : undefined
}

/** The final status of a response: `completed`, or `incomplete` with a reason. */
export function isIncomplete(finish: Finish | undefined): boolean {
  return incompleteReason(finish) !== undefined
}

/** A whole response object; `finish` is `undefined` while it is still being written. */
export function toResponseObject(
  head: ResponseHead,
  output: readonly JsonObject[],
  end: { readonly finish?: Finish | undefined; readonly usage?: Usage | undefined },
): JsonObject {
  const reason = incompleteReason(end.finish)
  return {
    id: head.id,
    object: 'response',
    created_at: head.createdAtSeconds,
    status: end.finish === undefined ? 'in_progress' : reason === undefined ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: reason === undefined ? null : { reason },
    metadata: {},
    model: head.model,
    output,
    ...head.repeated,
    store: false,
    usage: end.usage === undefined ? null : toResponsesUsage(end.usage),
  }
}

export function toReasoningItem(id: string, block: ReasoningBlock): JsonObject {
  const content = toEncryptedContent(block)
  return {
    id,
    type: 'reasoning',
    status: 'completed',
    summary: block.text === '' ? [] : [{ type: 'summary_text', text: block.text }],
    ...(content !== undefined && { encrypted_content: content }),
  }
}

export function toMessageItem(id: string, content: readonly JsonObject[], status = 'completed'): JsonObject {
  return { id, type: 'message', role: 'assistant', status, content }
}

function toLogprob(one: TokenLogprob): JsonObject {
  const entry = ({ token, logprob, bytes }: TokenLogprob['topLogprobs'][number]): JsonObject => ({ token, logprob, bytes: bytes ?? [] })
  return { ...entry(one), top_logprobs: one.topLogprobs.map(entry) }
}

export function toLogprobs(logprobs: readonly TokenLogprob[] | undefined): readonly JsonObject[] {
  return logprobs?.map(toLogprob) ?? []
}

export function toTextPart(text: string, annotations: readonly JsonObject[] = [], logprobs: readonly JsonObject[] = []): JsonObject {
  return { type: 'output_text', text, annotations, logprobs }
}

/** The item of a function call, or that of a custom call. */
export function toCallItem(id: string, call: ToolCall, status = 'completed'): JsonObject {
  if (call.custom === true)
    return { id, type: 'custom_tool_call', call_id: call.id, name: call.name, input: fromCustomArguments(call.argumentsText), status }
  return {
    id,
    type: 'function_call',
    call_id: call.id,
    name: call.name,
    arguments: call.argumentsText,
    status,
    ...(call.signature !== undefined && { thought_signature: call.signature }),
  }
}

export function toImageItem(id: string, result: string | null, status = 'completed'): JsonObject {
  return { id, type: 'image_generation_call', status, result }
}

/** The call in the form in which the client knows its tool. */
export function asClientCall(call: ToolCall, request: ChatRequest | undefined): ToolCall {
  return isCustomTool(request, call.name) ? { ...call, custom: true } : call
}

/** The id of a call's item, by the item's kind. */
export function callItemId({ custom }: Pick<ToolCall, 'custom'>, context: ClientContext): string {
  return `${custom === true ? 'ctc' : 'fc'}_${context.newId()}`
}

/** Writes a whole answer for a client; the API knows one choice. */
export function toResponsesResponse(response: ChatResponse, context: ClientContext): JsonObject {
  const choice = response.choices[0]
  const head = toHead(context, response)
  if (choice === undefined) return toResponseObject(head, [], { finish: { reason: 'stop', native: '' }, usage: response.usage })
  const annotations = choice.annotations ?? []
  const content = [
    ...(choice.text === '' ? [] : [toTextPart(choice.text, toResponsesAnnotations(annotations), toLogprobs(choice.logprobs))]),
    ...(choice.refusal === undefined ? [] : [{ type: 'refusal', refusal: choice.refusal }]),
  ]
  const calls = choice.toolCalls.map((call) => asClientCall(call, context.request))
  const status = isIncomplete(choice.finish) ? 'incomplete' : 'completed'
  const output = [
    ...choice.reasoning.map((block) => toReasoningItem(block.id ?? `rs_${context.newId()}`, block)),
    ...(content.length > 0 ? [toMessageItem(`msg_${context.newId()}`, content, calls.length > 0 ? 'completed' : status)] : []),
    ...imagesOf(annotations).map((data) => toImageItem(`ig_${context.newId()}`, data)),
    ...calls.map((call, index) => toCallItem(callItemId(call, context), call, index === calls.length - 1 ? status : 'completed')),
  ]
  return toResponseObject(head, output, { finish: choice.finish, usage: response.usage })
}
