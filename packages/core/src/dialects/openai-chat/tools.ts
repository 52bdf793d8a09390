import type { FunctionTool, Tool, ToolCall, ToolChoice } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readObject, readString } from '../../wire/json.ts'
import { fromCacheControl, toCacheControl } from '../shared/cache-control.ts'
import { fromCustomArguments } from '../shared/custom-input.ts'
import { customParameters, isCustomTool, toCustomArguments } from '../shared/custom-tool.ts'
import { toObjectSchema } from '../shared/object-schema.ts'

/** The form of a custom tool's text: here a grammar has an object of its own. */
function fromCustomFormat(format: JsonObject): JsonObject {
  const grammar = readObject(format, 'grammar')
  return grammar === undefined ? format : { type: 'grammar', ...grammar }
}

function toCustomFormat(format: JsonObject): JsonObject {
  const { type, ...grammar } = format
  return type === 'grammar' ? { type, grammar } : format
}

/** `undefined` for one that lacks a name: its provider will say so. */
function fromCustomTool(tool: JsonObject): Tool | undefined {
  const definition = readObject(tool, 'custom') ?? {}
  const name = readString(definition, 'name')
  if (name === undefined || name === '') return undefined
  const given = readObject(definition, 'format')
  const format = given && fromCustomFormat(given)
  return {
    type: 'function',
    name,
    description: readString(definition, 'description'),
    parameters: customParameters(format),
    custom: { format },
  }
}

function toCustomTool({ name, description, custom }: FunctionTool): JsonObject {
  const format = custom?.format
  const definition = {
    name,
    ...(description !== undefined && { description }),
    ...(format !== undefined && { format: toCustomFormat(format) }),
  }
  return { type: 'custom', custom: definition }
}

export function fromOpenAiTool(tool: unknown, path: string): Tool {
  if (!isJsonObject(tool)) throw new InvalidRequestError(`${path} must be an object, found ${typeof tool}.`, path)
  if (tool['type'] !== 'function') {
    const custom = tool['type'] === 'custom' ? fromCustomTool(tool) : undefined
    return custom ?? { type: 'vendor', dialect: 'openai-chat', definition: tool }
  }
  const definition = readObject(tool, 'function')
  const name = definition && readString(definition, 'name')
  if (definition === undefined || name === undefined || name === '') {
    throw new InvalidRequestError(`${path}.function.name is missing: a function tool needs a name.`, `${path}.function.name`)
  }
  return {
    type: 'function',
    name,
    description: readString(definition, 'description'),
    parameters: readObject(definition, 'parameters'),
    strict: typeof definition['strict'] === 'boolean' ? definition['strict'] : undefined,
    ...fromCacheControl(tool),
  }
}

/** `undefined` for a vendor tool of another dialect, which has no words here. `marks`: the provider takes `cache_control`. */
export function toOpenAiTool(tool: Tool, marks: boolean): JsonObject | undefined {
  if (tool.type === 'vendor') return tool.dialect === 'openai-chat' ? tool.definition : undefined
  if (tool.custom !== undefined) return toCustomTool(tool)
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      ...(tool.parameters !== undefined && { parameters: toObjectSchema(tool.parameters) }),
      ...(tool.strict !== undefined && { strict: tool.strict }),
    },
    ...(marks && toCacheControl(tool)),
  }
}

/** `undefined` for a choice that only OpenAI knows (`allowed_tools`, custom tools): it stays among the extras. */
export function fromOpenAiToolChoice(choice: JsonValue): ToolChoice | undefined {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice
  if (choice === 'any') return 'required' // Mistral's word
  if (!isJsonObject(choice)) return undefined
  const name = readString(readObject(choice, 'function') ?? readObject(choice, 'custom') ?? {}, 'name')
  return name === undefined ? undefined : { name }
}

export function toOpenAiToolChoice(choice: ToolChoice, tools: Pick<ChatRequest, 'tools'>): JsonValue {
  if (typeof choice === 'string') return choice
  const type = isCustomTool(tools, choice.name) ? 'custom' : 'function'
  return { type, [type]: { name: choice.name } }
}

function signatureOf(call: JsonObject): string | undefined {
  const google = readObject(readObject(call, 'extra_content') ?? {}, 'google')
  return google && readString(google, 'thought_signature')
}

function argumentsOf(target: JsonObject): string {
  const given = target['arguments']
  return typeof given === 'string' ? given : given === undefined || given === null ? '' : JSON.stringify(given)
}

/** `undefined` for a call of a kind that has no neutral form. */
export function fromOpenAiToolCall(call: JsonObject): ToolCall | undefined {
  const id = readString(call, 'id') ?? ''
  const custom = readObject(call, 'custom')
  const customName = custom && readString(custom, 'name')
  if (custom !== undefined && customName !== undefined)
    return { id, name: customName, argumentsText: toCustomArguments(readString(custom, 'input') ?? ''), custom: true }
  const target = readObject(call, 'function')
  const name = target && readString(target, 'name')
  if (target === undefined || name === undefined) return undefined
  return { id, name, argumentsText: argumentsOf(target), signature: signatureOf(call) }
}

/** Google's published place for a thought signature in this dialect: `extra_content.google.thought_signature`. */
export function toSignatureExtra(signature: string | undefined): JsonObject {
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }
}

export function toOpenAiToolCall(call: ToolCall): JsonObject {
  if (call.custom === true)
    return { id: call.id, type: 'custom', custom: { name: call.name, input: fromCustomArguments(call.argumentsText) } }
  return {
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.argumentsText },
    ...toSignatureExtra(call.signature),
  }
}
