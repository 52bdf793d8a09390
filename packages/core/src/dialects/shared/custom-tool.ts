import type { Message } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { type JsonObject, readString } from '../../wire/json.ts'

/*
 * OpenAI's custom tools take free text instead of JSON. In neutral form such a tool is a function with one text argument, and a
 * call of it has that argument as JSON: every dialect that knows functions can serve it. The dialects that know custom tools
 * take the text out again.
 */
const argument = 'input'

/** The parameters of the function that stands for a custom tool. `format` is the form of its text, in the words of the Responses API. */
export function customParameters(format: JsonObject | undefined): JsonObject {
  const definition = format && readString(format, 'definition')
  const form = definition === undefined ? '' : ` It must follow this ${readString(format ?? {}, 'syntax') ?? ''} grammar:\n${definition}`
  return {
    type: 'object',
    properties: { [argument]: { type: 'string', description: `The input of the tool as plain text.${form}` } },
    required: [argument],
    additionalProperties: false,
  }
}

/** Whether a client knows a tool as a custom one, so that it must be told of a call in that form. */
export function isCustomTool(request: Pick<ChatRequest, 'tools'> | undefined, name: string): boolean {
  return request?.tools?.some((tool) => tool.type === 'function' && tool.custom !== undefined && tool.name === name) === true
}

function withoutCustomCalls(message: Message): Message {
  if (message.role !== 'assistant' || message.toolCalls?.some(({ custom }) => custom === true) !== true) return message
  return { ...message, toolCalls: message.toolCalls.map((call) => ({ ...call, custom: undefined })) }
}

/** A request for a provider that knows functions alone: its custom tools and calls are those that stand for them. */
export function withoutCustomTools<Request extends Pick<ChatRequest, 'messages' | 'tools'>>(request: Request): Request {
  const { messages, tools } = request
  return {
    ...request,
    messages: messages.map(withoutCustomCalls),
    ...(tools !== undefined && { tools: tools.map((tool) => (tool.type === 'function' ? { ...tool, custom: undefined } : tool)) }),
  }
}

/** The arguments of a call whose text is `input`. */
export function toCustomArguments(input: string): string {
  return JSON.stringify({ [argument]: input })
}

/** What stands before and behind the text of a call whose arguments are written piece by piece. */
export const customArgumentsStart = `{"${argument}":"`
export const customArgumentsEnd = '"}'

/** A piece of the text as it stands between the two. */
export function toCustomPiece(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
