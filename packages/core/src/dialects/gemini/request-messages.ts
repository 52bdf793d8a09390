import type { AssistantMessage, Message, SystemMessage, ToolCall, ToolMessage, UserPart } from '../../chat/message.ts'
import type { JsonObject } from '../../wire/json.ts'
import { textOfContent } from '../shared/text-of.ts'
import { toArgumentsObject, toResultObject } from '../shared/tool-json.ts'
import { lostSignature, needsSignatures, takesSystem } from './model-traits.ts'
import { toGeminiMedia } from './request-media.ts'

interface Turn {
  readonly role: 'user' | 'model'
  readonly parts: readonly JsonObject[]
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

function toPart(part: UserPart): JsonObject {
  return part.type === 'text' ? { text: part.text } : toGeminiMedia(part)
}

/** Empty texts are left out, unless there is nothing else. */
function toParts(content: string | readonly UserPart[]): readonly JsonObject[] {
  if (typeof content === 'string') return [{ text: content }]
  const spoken = content.filter((part) => part.type !== 'text' || part.text !== '')
  return spoken.length > 0 ? spoken.map(toPart) : [{ text: '' }]
}

function toCall(call: ToolCall, signature: string | undefined): JsonObject {
  return {
    functionCall: { ...(call.id !== '' && { id: call.id }), name: call.name, args: toArgumentsObject(call.argumentsText) },
    ...(signature !== undefined && { thoughtSignature: signature }),
  }
}

function toCalls(message: AssistantMessage, model: string): readonly JsonObject[] {
  const calls = message.toolCalls ?? []
  // Of parallel calls only the first is signed.
  return calls.map((call, index) => toCall(call, call.signature ?? (index === 0 && needsSignatures(model) ? lostSignature : undefined)))
}

function toSpoken(message: AssistantMessage): readonly JsonObject[] {
  const content = message.content === undefined || message.content.length === 0 ? (message.refusal ?? '') : message.content
  return toParts(content).filter((part) => part['text'] !== '')
}

/**
 * Signatures go back on the kind of part they came on: with the call, on the text, on a thought. Thoughts without one are
 * summaries that Google does not want back.
 */
function toModelParts(message: AssistantMessage, model: string): readonly JsonObject[] {
  const signed = (message.reasoning ?? []).filter((block) => block.origin === 'gemini' && block.signature !== undefined)
  const thoughts = signed
    .filter(({ text }) => text !== '')
    .map(({ text, signature }) => ({ text, thought: true, thoughtSignature: signature }))
  const thoughtSignature = signed.findLast(({ text }) => text === '')?.signature
  const spoken = toSpoken(message)
  const calls = toCalls(message, model)
  const last = spoken.at(-1)
  if (thoughtSignature === undefined) return [...thoughts, ...spoken, ...calls]
  if (last === undefined) return [...thoughts, ...calls, { text: '', thoughtSignature }]
  return [...thoughts, ...spoken.slice(0, -1), { ...last, thoughtSignature }, ...calls]
}

function toResponse(text: string, isError: boolean): JsonObject {
  // The keys that Google documents for results which are no objects (ai.google.dev/api/caching#FunctionResponse).
  return toResultObject(text) ?? (isError ? { error: text } : { output: text })
}

/** A result, matched by the call's id and the function's name. */
function toResult(message: ToolMessage, name: string): JsonObject {
  const { toolCallId: id, content } = message
  const response = toResponse(textOfContent(content), message.isError === true)
  return { functionResponse: { ...(id !== '' && { id }), name, response } }
}

/** Images and files of results follow the last result, since results must directly follow their calls. */
function mediaOf({ content }: ToolMessage): readonly JsonObject[] {
  return typeof content === 'string' ? [] : content.filter((part) => part.type !== 'text').map(toPart)
}

/** Results of one turn in the order of their calls: models that get no ids match by position. */
function inOrder(results: readonly ToolMessage[], calls: readonly ToolCall[]): readonly ToolMessage[] {
  const places = new Map(calls.map((call, place) => [call.id, place]))
  const placeOf = ({ toolCallId }: ToolMessage): number => places.get(toolCallId) ?? calls.length
  return results.toSorted((a, b) => placeOf(a) - placeOf(b))
}

/** Every message as a turn; results in a row are one. */
function toTurns(messages: readonly Message[], model: string): readonly Turn[] {
  const turns: Turn[] = []
  const names = new Map<string, string>()
  let calls: readonly ToolCall[] = []
  let results: ToolMessage[] = []
  const flush = (): void => {
    const responses = inOrder(results, calls).map((result) =>
      toResult(result, names.get(result.toolCallId) ?? result.name ?? result.toolCallId),
    )
    turns.push({ role: 'user', parts: [...responses, ...results.flatMap(mediaOf)] })
    results = []
  }
  for (const message of messages) {
    if (message.role === 'tool') {
      results.push(message)
      continue
    }
    flush()
    if (message.role === 'user') turns.push({ role: 'user', parts: toParts(message.content) })
    if (message.role !== 'assistant') continue
    turns.push({ role: 'model', parts: toModelParts(message, model) })
    calls = message.toolCalls ?? []
    for (const call of calls) names.set(call.id, call.name)
  }
  flush()
  return turns
}

/** Turns of alternating roles: neighbours of one role are merged and empty ones are left out. */
function merged(turns: readonly Turn[]): readonly Turn[] {
  const result: { readonly role: Turn['role']; readonly parts: JsonObject[] }[] = []
  for (const { role, parts } of turns) {
    if (parts.length === 0) continue
    const last = result.at(-1)
    // Parts are appended in place, so that a long run of turns stays linear.
    if (last?.role === role) for (const part of parts) last.parts.push(part)
    else result.push({ role, parts: [...parts] })
  }
  return result
}

function systemParts(messages: readonly Message[]): readonly JsonObject[] {
  return messages
    .filter(isSystem)
    .flatMap((message) => toParts(message.content))
    .filter((part) => part['text'] !== '')
}

/**
 * Writes the history. System messages stand apart, wherever they were; a model that knows none, or is given nothing else,
 * gets them as the user's words.
 */
export function toGeminiHistory(
  messages: readonly Message[],
  model: string,
): { readonly contents: readonly JsonObject[]; readonly system: JsonObject } {
  const system = systemParts(messages)
  const turns = merged(toTurns(messages, model))
  const apart = takesSystem(model) && turns.length > 0
  const spoken: readonly Turn[] = apart ? turns : merged([{ role: 'user', parts: system }, ...turns])
  const contents = spoken.map(({ role, parts }) => ({ role, parts }))
  return { contents, system: apart && system.length > 0 ? { systemInstruction: { parts: system } } : {} }
}
