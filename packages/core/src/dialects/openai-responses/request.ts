import type { Tool, ToolChoice } from '../../chat/message.ts'
import { type ChatRequest, type ReasoningRequest, type ResponseFormat, reasoningEfforts } from '../../chat/request.ts'
import { sourceOf, withSource } from '../../chat/source.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { foreignExtras, unnamedFields } from '../shared/extras.ts'
import { readItems } from './items-decode.ts'
import { toInputItems } from './items-encode.ts'

const known: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'metadata',
  'service_tier',
  'stream',
  'stream_options',
  'store',
  'include',
  'truncation',
])

/** Fields that need stored responses, which this gateway does not keep. */
const stateful = ['previous_response_id', 'conversation', 'background'] as const

function refuseState(body: JsonObject): void {
  const field = stateful.find((name) => body[name] !== undefined && body[name] !== null && body[name] !== false)
  if (field === undefined) return
  throw new InvalidRequestError(`${field} is not supported: this gateway stores no responses. Send the whole conversation as input.`, field)
}

function fromTool(tool: JsonValue, index: number): Tool {
  const path = `tools[${index}]`
  if (!isJsonObject(tool)) throw new InvalidRequestError(`${path} must be an object, found ${typeof tool}.`, path)
  if (tool['type'] !== 'function') return { type: 'vendor', dialect: 'openai-responses', definition: tool }
  const name = readString(tool, 'name')
  if (name === undefined) throw new InvalidRequestError(`${path}.name is missing: a function tool needs a name.`, `${path}.name`)
  return {
    type: 'function',
    name,
    description: readString(tool, 'description'),
    parameters: readObject(tool, 'parameters'),
    strict: typeof tool['strict'] === 'boolean' ? tool['strict'] : undefined,
  }
}

function fromToolChoice(choice: JsonValue | undefined): ToolChoice | undefined {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice
  const name = isJsonObject(choice) && choice['type'] === 'function' ? readString(choice, 'name') : undefined
  return name === undefined ? undefined : { name }
}

function fromFormat(format: JsonObject | undefined): ResponseFormat | undefined {
  const type = format?.['type']
  if (type === 'text' || type === 'json_object') return { type }
  if (type !== 'json_schema' || format === undefined) return undefined
  return {
    type,
    name: readString(format, 'name') ?? 'response',
    description: readString(format, 'description'),
    schema: readObject(format, 'schema') ?? {},
    strict: typeof format['strict'] === 'boolean' ? format['strict'] : undefined,
  }
}

const summaries = ['auto', 'concise', 'detailed'] as const

function fromReasoning(reasoning: JsonObject | undefined): ReasoningRequest | undefined {
  if (reasoning === undefined) return undefined
  return {
    effort: reasoningEfforts.find((effort) => effort === reasoning['effort']),
    summary: summaries.find((summary) => summary === reasoning['summary']),
  }
}

/** Reads a client's Responses body. @throws InvalidRequestError naming the field */
export function fromResponsesRequest(body: JsonObject): ChatRequest {
  refuseState(body)
  const instructions = readString(body, 'instructions')
  const text = readObject(body, 'text')
  const extras = unnamedFields(body, known)
  const topLogprobs = readNumber(body, 'top_logprobs')
  const request: ChatRequest = {
    model: readString(body, 'model') ?? '',
    messages: [...(instructions === undefined ? [] : [{ role: 'system' as const, content: instructions }]), ...readItems(body)],
    stream: body['stream'] === true,
    maxTokens: readNumber(body, 'max_output_tokens'),
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topLogprobs,
    logprobs: topLogprobs === undefined ? undefined : true,
    tools: readArray(body, 'tools')?.map(fromTool),
    toolChoice: fromToolChoice(body['tool_choice']),
    parallelToolCalls: typeof body['parallel_tool_calls'] === 'boolean' ? body['parallel_tool_calls'] : undefined,
    reasoning: fromReasoning(readObject(body, 'reasoning')),
    responseFormat: fromFormat(text && readObject(text, 'format')),
    verbosity: text && readString(text, 'verbosity'),
    user: readString(body, 'user') ?? readString(body, 'safety_identifier'),
    promptCacheKey: readString(body, 'prompt_cache_key'),
    metadata: readObject(body, 'metadata'),
    serviceTier: readString(body, 'service_tier'),
    ...(extras !== undefined && { extras: { dialect: 'openai-responses', fields: extras } }),
  }
  return withSource(request, { dialect: 'openai-responses', body })
}

function toTool(tool: Tool): JsonObject | undefined {
  if (tool.type === 'vendor') return tool.dialect === 'openai-responses' ? tool.definition : undefined
  const { name, description, parameters, strict } = tool
  return {
    type: 'function',
    name,
    parameters: parameters ?? { type: 'object', properties: {} },
    strict: strict ?? false,
    ...(description !== undefined && { description }),
  }
}

function toFormat({ responseFormat: format, verbosity }: ChatRequest): JsonObject {
  if (format === undefined && verbosity === undefined) return {}
  const schema =
    format?.type === 'json_schema'
      ? { type: 'json_schema', name: format.name, schema: format.schema, ...(format.strict !== undefined && { strict: format.strict }) }
      : format && { type: format.type }
  return { text: { ...(schema !== undefined && { format: schema }), ...(verbosity !== undefined && { verbosity }) } }
}

function built(request: ChatRequest, target: EncodeTarget): JsonObject {
  const tools = request.tools?.map(toTool).filter((tool) => tool !== undefined) ?? []
  const { toolChoice: choice, reasoning } = request
  const fields: Readonly<Record<string, JsonValue | undefined>> = {
    model: target.model,
    input: toInputItems(request.messages),
    max_output_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: request.topLogprobs,
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: typeof choice === 'object' ? { type: 'function', name: choice.name } : choice,
    parallel_tool_calls: request.parallelToolCalls,
    reasoning: reasoning && {
      ...(reasoning.effort !== undefined && { effort: reasoning.effort }),
      ...(reasoning.summary !== undefined && { summary: reasoning.summary }),
    },
    user: request.user,
    prompt_cache_key: request.promptCacheKey,
    metadata: request.metadata,
    service_tier: request.serviceTier,
    store: false,
    include: ['reasoning.encrypted_content'],
    stream: target.stream ? true : undefined,
    ...toFormat(request),
    ...(request.extras?.dialect === 'openai-responses' ? request.extras.fields : {}),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** Writes a request for OpenAI's Responses API. */
export function toResponsesRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const source = sourceOf(request)
  if (source?.dialect === 'openai-responses') {
    const { stream: _stream, ...body } = source.body
    return { body: { ...body, model: target.model, store: false, ...(target.stream && { stream: true }) }, dropped: [] }
  }
  const dropped = droppedParameters(request, [
    'stop',
    'seed',
    'presencePenalty',
    'frequencyPenalty',
    'logitBias',
    'topK',
    ...(request.n !== undefined && request.n > 1 ? (['n'] as const) : []),
  ])
  return { body: built(request, target), dropped: [...dropped, ...foreignExtras(request, 'openai-responses')] }
}
