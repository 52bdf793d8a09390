import type { FunctionTool, Tool, ToolChoice } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { type RequestSource, sourceOf } from '../../chat/source.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import { spliceMember } from '../../wire/splice-member.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { isCustomTool } from '../shared/custom-tool.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { foreignExtras } from '../shared/extras.ts'
import { toReasoningWish } from '../shared/reasoning-wish.ts'
import { supportedRequest } from '../shared/supported.ts'
import { toInputItems } from './items-encode.ts'

/** Whether a request is a Responses client's, or holds what only this API knows: a filter that changes a request takes its source away. */
export function isResponsesRequest(request: ChatRequest): boolean {
  const source = sourceOf(request)
  if (source !== undefined) return source.dialect === 'openai-responses'
  return (
    request.extras?.dialect === 'openai-responses' ||
    request.tools?.some((tool) => tool.type === 'vendor' && tool.dialect === 'openai-responses') === true
  )
}

function toCustomTool({ name, description, custom }: FunctionTool): JsonObject {
  return {
    type: 'custom',
    name,
    ...(description !== undefined && { description }),
    ...(custom?.format !== undefined && { format: custom.format }),
  }
}

function toTool(tool: Tool): JsonObject | undefined {
  if (tool.type === 'vendor') return tool.dialect === 'openai-responses' ? tool.definition : undefined
  if (tool.custom !== undefined) return toCustomTool(tool)
  const { name, description, parameters, strict } = tool
  return {
    type: 'function',
    name,
    parameters: parameters ?? { type: 'object', properties: {} },
    strict: strict ?? false,
    ...(description !== undefined && { description }),
  }
}

function toToolChoice(choice: ToolChoice | undefined, request: ChatRequest): JsonValue | undefined {
  if (typeof choice !== 'object') return choice
  return { type: isCustomTool(request, choice.name) ? 'custom' : 'function', name: choice.name }
}

function toFormat({ responseFormat: format, verbosity }: ChatRequest): JsonObject {
  if (format === undefined && verbosity === undefined) return {}
  const schema =
    format?.type === 'json_schema'
      ? { type: 'json_schema', name: format.name, schema: format.schema, ...(format.strict !== undefined && { strict: format.strict }) }
      : format && { type: format.type }
  return { text: { ...(schema !== undefined && { format: schema }), ...(verbosity !== undefined && { verbosity }) } }
}

/** What a model is told of reasoning, and what became of the client's wish. */
interface Reasoning {
  readonly field: JsonObject | undefined
  readonly dropped: readonly string[]
  readonly changed: readonly string[]
}

const encryptedReasoning = 'reasoning.encrypted_content'

const usualEffort = 'medium'

function toReasoning({ reasoning }: ChatRequest, { capabilities }: EncodeTarget): Reasoning {
  const wish = toReasoningWish(reasoning, capabilities.reasoning)
  const effort = wish.say === 'off' ? 'none' : wish.say === 'on' ? usualEffort : wish.effort
  const summary = reasoning?.summary === 'none' ? undefined : reasoning?.summary
  const field = { ...(effort !== undefined && { effort }), ...(summary !== undefined && { summary }) }
  return {
    field: effort === undefined && summary === undefined ? undefined : field,
    dropped: wish.fate === 'dropped' ? ['reasoning_effort'] : [],
    changed: wish.fate === 'changed' ? ['reasoning_effort'] : [],
  }
}

function built(request: ChatRequest, target: EncodeTarget, reasoning: JsonObject | undefined): JsonObject {
  const tools = request.tools?.map(toTool).filter((tool) => tool !== undefined) ?? []
  const canReason = target.capabilities.reasoning?.mode !== 'never'
  const fields: Readonly<Record<string, JsonValue | undefined>> = {
    model: target.model,
    input: toInputItems(request.messages),
    max_output_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: request.topLogprobs,
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: toToolChoice(request.toolChoice, request),
    parallel_tool_calls: request.parallelToolCalls,
    reasoning,
    user: request.user,
    prompt_cache_key: request.promptCacheKey,
    metadata: request.metadata,
    service_tier: request.serviceTier,
    store: false,
    // A model that does not reason refuses to be asked for its reasoning.
    include: canReason ? [encryptedReasoning] : undefined,
    stream: target.stream ? true : undefined,
    ...toFormat(request),
    ...(request.extras?.dialect === 'openai-responses' ? request.extras.fields : {}),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/**
 * Nothing is stored for a client: it is this gateway that the provider's storage would belong to. Reasoning that is not stored can only
 * come back in encrypted form, so that is asked for where the client counted on storage. `undefined` when nothing has to be added.
 */
function includeFor({ store, include }: JsonObject, { capabilities }: EncodeTarget): readonly JsonValue[] | undefined {
  const given: readonly JsonValue[] = Array.isArray(include) ? include : []
  const mode = capabilities.reasoning?.mode ?? 'never'
  return store === false || mode === 'never' || given.includes(encryptedReasoning) ? undefined : [...given, encryptedReasoning]
}

/**
 * The client's own bytes with the target's model; `undefined` where more than the model has to change, or where the bytes are not
 * at hand.
 */
function ownBytes({ body, bytes }: RequestSource, { model, stream }: EncodeTarget, added: JsonObject): Uint8Array<ArrayBuffer> | undefined {
  if (bytes === undefined || (body['stream'] === true) !== stream) return undefined
  if (Object.keys(added).some((name) => body[name] !== undefined)) return undefined
  const appended = JSON.stringify(added).slice(1, -1)
  return spliceMember(bytes, 'model', { value: model, appended: appended === '' ? undefined : appended })
}

/** The client's own body with the target's model, and no storage. Unknown and nested fields are kept. */
function fromOwnSource(source: RequestSource, target: EncodeTarget): EncodedRequest {
  const { stream: _stream, ...rest } = source.body
  const include = includeFor(source.body, target)
  const added = { ...(rest['store'] !== false && { store: false }), ...(include !== undefined && { include }) }
  const changed = [...(rest['store'] === true ? ['store'] : []), ...(include !== undefined ? ['include'] : [])]
  return {
    body: { ...rest, ...added, model: target.model, ...(target.stream && { stream: true }) },
    dropped: [],
    changed: changed.length === 0 ? undefined : changed,
    bytes: target.isBodyNeeded === true ? undefined : ownBytes(source, target, added),
  }
}

/** Parameters that this API has no words for. */
const unknown = ['stop', 'seed', 'presencePenalty', 'frequencyPenalty', 'logitBias', 'topK'] as const

/** Writes a request for a provider of OpenAI's Responses API. */
export function toResponsesRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const source = sourceOf(request)
  if (source?.dialect === 'openai-responses') return fromOwnSource(source, target)
  const fit = supportedRequest(request, target.capabilities, 'openai-responses')
  const reasoning = toReasoning(request, target)
  const several = request.n !== undefined && request.n > 1
  // Of a request that a filter has changed, nothing tells where its pieces belong.
  const misplaced = request.extras?.dialect === 'openai-responses' ? (request.extras.pieces ?? []) : []
  return {
    body: built(fit.request, target, reasoning.field),
    dropped: [
      ...droppedParameters(fit.request, several ? [...unknown, 'n'] : unknown),
      ...foreignExtras(request, 'openai-responses'),
      ...new Set(misplaced.map(({ name }) => name)),
      ...fit.dropped,
      ...reasoning.dropped,
    ],
    changed: [...fit.changed, ...reasoning.changed],
  }
}
