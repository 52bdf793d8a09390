import type { Finish } from '../../chat/finish-reason.ts'
import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { ChatResponse } from '../../chat/response.ts'
import type { Usage } from '../../chat/usage.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { ClientContext } from '../dialect.ts'
import { toEncryptedContent } from './encrypted-content.ts'
import { toResponsesUsage } from './usage.ts'

/** The fields of a response object besides its output. */
export interface ResponseHead {
  readonly id: string
  readonly model: string
  readonly createdAtSeconds: number
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
    instructions: null,
    metadata: {},
    model: head.model,
    output,
    parallel_tool_calls: true,
    temperature: null,
    tool_choice: 'auto',
    tools: [],
    top_p: null,
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

export function toTextPart(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}

export function toCallItem(id: string, call: ToolCall, status = 'completed'): JsonObject {
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

/** Writes a whole answer for a client; the API knows one choice. */
export function toResponsesResponse(response: ChatResponse, context: ClientContext): JsonObject {
  const choice = response.choices[0]
  const head = toHead(context, response)
  if (choice === undefined) return toResponseObject(head, [], { finish: { reason: 'stop', native: '' }, usage: response.usage })
  const content = [
    ...(choice.text === '' ? [] : [toTextPart(choice.text)]),
    ...(choice.refusal === undefined ? [] : [{ type: 'refusal', refusal: choice.refusal }]),
  ]
  const output = [
    ...choice.reasoning.map((block) => toReasoningItem(block.id ?? `rs_${context.newId()}`, block)),
    ...(content.length > 0 ? [toMessageItem(`msg_${context.newId()}`, content)] : []),
    ...choice.toolCalls.map((call) => toCallItem(`fc_${context.newId()}`, call)),
  ]
  return toResponseObject(head, output, { finish: choice.finish, usage: response.usage })
}
