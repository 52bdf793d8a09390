import type { Tool, ToolChoice } from '../../chat/message.ts'
import { type ChatRequest, type ForeignPiece, type ReasoningRequest, type ResponseFormat, reasoningEfforts } from '../../chat/request.ts'
import { withSource } from '../../chat/source.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { customParameters } from '../shared/custom-tool.ts'
import { unnamedFields } from '../shared/extras.ts'
import { readItems } from './items-decode.ts'
import type { PieceSink } from './parts-decode.ts'

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

function fromCustomTool(tool: JsonObject, name: string): Tool {
  const format = readObject(tool, 'format')
  return { type: 'function', name, description: readString(tool, 'description'), parameters: customParameters(format), custom: { format } }
}

function fromTool(tool: JsonValue, index: number): Tool {
  const path = `tools[${index}]`
  if (!isJsonObject(tool)) throw new InvalidRequestError(`${path} must be an object, found ${typeof tool}.`, path)
  const { type } = tool
  if (type !== 'function' && type !== 'custom') return { type: 'vendor', dialect: 'openai-responses', definition: tool }
  const name = readString(tool, 'name')
  if (name === undefined) throw new InvalidRequestError(`${path}.name is missing: a ${type} tool needs a name.`, `${path}.name`)
  if (type === 'custom') return fromCustomTool(tool, name)
  return {
    type: 'function',
    name,
    description: readString(tool, 'description'),
    parameters: readObject(tool, 'parameters'),
    strict: typeof tool['strict'] === 'boolean' ? tool['strict'] : undefined,
  }
}

/** A choice among tools that only this API knows leaves its mode, where it has one. */
function fromToolChoice(choice: JsonValue | undefined, onForeign: PieceSink): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice
  if (isJsonObject(choice) && (choice['type'] === 'function' || choice['type'] === 'custom')) {
    const name = readString(choice, 'name')
    if (name !== undefined) return { name }
  }
  onForeign({ name: 'tool_choice', value: choice })
  const mode = isJsonObject(choice) ? choice['mode'] : undefined
  return mode === 'auto' || mode === 'required' ? mode : undefined
}

function fromFormat(format: JsonObject | undefined, onForeign: PieceSink): ResponseFormat | undefined {
  if (format === undefined) return undefined
  const { type } = format
  if (type === 'text' || type === 'json_object') return { type }
  if (type !== 'json_schema') {
    onForeign({ name: 'text.format', value: format })
    return undefined
  }
  return {
    type,
    name: readString(format, 'name') ?? 'response',
    description: readString(format, 'description'),
    schema: readObject(format, 'schema') ?? {},
    strict: typeof format['strict'] === 'boolean' ? format['strict'] : undefined,
  }
}

const summaries = ['auto', 'concise', 'detailed'] as const

function fromReasoning(reasoning: JsonObject | undefined, onForeign: PieceSink): ReasoningRequest | undefined {
  if (reasoning === undefined) return undefined
  const given = reasoning['effort'] ?? undefined
  const effort = reasoningEfforts.find((word) => word === given)
  if (given !== undefined && effort === undefined) onForeign({ name: 'reasoning_effort', value: given })
  return { effort, summary: summaries.find((summary) => summary === reasoning['summary']) }
}

/** What `include` may ask for that every answer here has anyway, or that a neutral field asks for. */
const served: readonly JsonValue[] = ['reasoning.encrypted_content', 'message.output_text.logprobs']

/** Fields that steer what only OpenAI does: they are told of where they ask for more than its defaults. */
function findSteering(body: JsonObject, onForeign: PieceSink): void {
  const include = readArray(body, 'include') ?? []
  if (include.some((what) => !served.includes(what))) onForeign({ name: 'include', value: include })
  const { truncation } = body
  if (typeof truncation === 'string' && truncation !== 'disabled') onForeign({ name: 'truncation', value: truncation })
}

/** Reads a client's Responses body. @throws InvalidRequestError naming the field */
export function fromResponsesRequest(body: JsonObject): ChatRequest {
  refuseState(body)
  const pieces: ForeignPiece[] = []
  const onForeign: PieceSink = (piece) => void pieces.push(piece)
  const instructions = readString(body, 'instructions')
  const text = readObject(body, 'text')
  const topLogprobs = readNumber(body, 'top_logprobs')
  const wantsLogprobs = topLogprobs !== undefined || readArray(body, 'include')?.includes('message.output_text.logprobs') === true
  findSteering(body, onForeign)
  const request: ChatRequest = {
    model: readString(body, 'model') ?? '',
    messages: [...(instructions === undefined ? [] : [{ role: 'system' as const, content: instructions }]), ...readItems(body, onForeign)],
    stream: body['stream'] === true,
    maxTokens: readNumber(body, 'max_output_tokens'),
    temperature: readNumber(body, 'temperature'),
    topP: readNumber(body, 'top_p'),
    topLogprobs,
    logprobs: wantsLogprobs ? true : undefined,
    tools: readArray(body, 'tools')?.map(fromTool),
    toolChoice: fromToolChoice(body['tool_choice'], onForeign),
    parallelToolCalls: typeof body['parallel_tool_calls'] === 'boolean' ? body['parallel_tool_calls'] : undefined,
    reasoning: fromReasoning(readObject(body, 'reasoning'), onForeign),
    responseFormat: fromFormat(text && readObject(text, 'format'), onForeign),
    verbosity: text && readString(text, 'verbosity'),
    user: readString(body, 'user') ?? readString(body, 'safety_identifier'),
    promptCacheKey: readString(body, 'prompt_cache_key'),
    metadata: readObject(body, 'metadata'),
    serviceTier: readString(body, 'service_tier'),
    ...extrasOf(body, pieces),
  }
  return withSource(request, { dialect: 'openai-responses', body })
}

function extrasOf(body: JsonObject, pieces: readonly ForeignPiece[]): Pick<ChatRequest, 'extras'> {
  const fields = unnamedFields(body, known)
  if (fields === undefined && pieces.length === 0) return {}
  return { extras: { dialect: 'openai-responses', fields: fields ?? {}, ...(pieces.length > 0 && { pieces }) } }
}
