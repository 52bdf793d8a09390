import type { Tool, ToolChoice } from '../../chat/message.ts'
import { type ChatRequest, type ReasoningRequest, type ResponseFormat, reasoningEfforts } from '../../chat/request.ts'
import { withSource } from '../../chat/source.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { HeaderReader } from '../dialect.ts'
import { fromCacheControl } from '../shared/cache-control.ts'
import { unnamedFields } from '../shared/extras.ts'
import { fromAnthropicHeaders } from './headers.ts'
import { lostBlocks } from './lost-blocks.ts'
import { fromAnthropicMessage, fromSystem } from './messages-decode.ts'

const known: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'stream',
  'tools',
  'tool_choice',
  'thinking',
  'metadata',
  'service_tier',
  'output_config',
  'output_format',
])

function fromTool(tool: JsonValue, index: number): Tool {
  const path = `tools[${index}]`
  if (!isJsonObject(tool)) throw new InvalidRequestError(`${path} must be an object, found ${typeof tool}.`, path)
  const type = readString(tool, 'type')
  if (type !== undefined && type !== 'custom') return { type: 'vendor', dialect: 'anthropic-messages', definition: tool }
  const name = readString(tool, 'name')
  if (name === undefined) throw new InvalidRequestError(`${path}.name is missing: a tool needs a name.`, `${path}.name`)
  return {
    type: 'function',
    name,
    description: readString(tool, 'description'),
    parameters: readObject(tool, 'input_schema'),
    strict: typeof tool['strict'] === 'boolean' ? tool['strict'] : undefined,
    ...fromCacheControl(tool),
  }
}

function fromToolChoice(choice: JsonObject | undefined): ToolChoice | undefined {
  switch (choice?.['type']) {
    case 'auto':
    case 'none':
      return choice['type']
    case 'any':
      return 'required'
    case 'tool':
      return { name: readString(choice, 'name') ?? '' }
    default:
      return undefined
  }
}

function fromThinking(body: JsonObject): ReasoningRequest | undefined {
  const thinking = readObject(body, 'thinking')
  const type = thinking?.['type']
  const effort = readObject(body, 'output_config')?.['effort']
  const known = reasoningEfforts.find((candidate) => candidate === effort)
  if (thinking === undefined && known === undefined) return undefined
  return {
    mode: type === 'enabled' || type === 'disabled' || type === 'adaptive' ? type : undefined,
    budgetTokens: thinking && readNumber(thinking, 'budget_tokens'),
    effort: known,
  }
}

function fromFormat(body: JsonObject): ResponseFormat | undefined {
  const format = readObject(readObject(body, 'output_config') ?? {}, 'format') ?? readObject(body, 'output_format')
  const schema = format && readObject(format, 'schema')
  return schema === undefined ? undefined : { type: 'json_schema', name: 'response', schema, strict: true }
}

/** Reads a client's Messages body, and the headers that belong to it. @throws InvalidRequestError naming the field */
export function fromAnthropicRequest(body: JsonObject, headers?: HeaderReader): ChatRequest {
  const messages = readArray(body, 'messages')
  if (messages === undefined) throw new InvalidRequestError('messages is missing: a list of messages is needed.', 'messages')
  const fields = unnamedFields(body, known)
  const sent = headers && fromAnthropicHeaders(headers)
  const pieces = lostBlocks(body)
  const choice = readObject(body, 'tool_choice')
  const request: ChatRequest = {
    model: readString(body, 'model') ?? '',
    messages: [...fromSystem(body['system']), ...messages.flatMap((message, index) => fromAnthropicMessage(message, `messages[${index}]`))],
    stream: body['stream'] === true,
    maxTokens: readNumber(body, 'max_tokens'),
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topK: readNumber(body, 'top_k'),
    stop: readArray(body, 'stop_sequences')?.filter((word) => typeof word === 'string'),
    tools: readArray(body, 'tools')?.map(fromTool),
    toolChoice: fromToolChoice(choice),
    parallelToolCalls: typeof choice?.['disable_parallel_tool_use'] === 'boolean' ? !choice['disable_parallel_tool_use'] : undefined,
    reasoning: fromThinking(body),
    responseFormat: fromFormat(body),
    user: readString(readObject(body, 'metadata') ?? {}, 'user_id'),
    ...((fields !== undefined || sent !== undefined || pieces.length > 0) && {
      extras: {
        dialect: 'anthropic-messages',
        fields: fields ?? {},
        ...(sent !== undefined && { headers: sent }),
        ...(pieces.length > 0 && { pieces }),
      },
    }),
  }
  return withSource(request, { dialect: 'anthropic-messages', body, headers: sent })
}
