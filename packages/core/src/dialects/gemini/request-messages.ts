import type { AssistantMessage, Message, ToolCall, ToolMessage, UserPart } from '../../chat/message.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { EncodeTarget } from '../dialect.ts'
import { textOfContent } from '../shared/text-of.ts'
import { toArgumentsObject, toResultObject } from '../shared/tool-json.ts'
import { isSystem, mergedTurns, type Turn } from '../shared/turns.ts'
import { lostSignature, needsSignatures, takesSystem } from './model-traits.ts'
import { toGeminiMedia } from './request-media.ts'

type Role = 'user' | 'model'

/** The target that a history is written for. */
type Target = Pick<EncodeTarget, 'model' | 'capabilities'>

function toPart(part: UserPart): JsonObject {
  return part.type === 'text' ? { text: part.text } : toGeminiMedia(part)
}

/** Empty texts are left out, unless there is nothing else. */
function toParts(content: string | readonly UserPart[]): readonly JsonObject[] {
  if (typeof content === 'string') return [{ text: content }]
  const spoken = content.filter((part) => part.type !== 'text' || part.text !== '')
  return spoken.length > 0 ? spoken.map(toPart) : [{ text: '' }]
}

/** The id of a call, where the target knows ids. */
function toId(id: string, { capabilities }: Target): JsonObject {
  return id === '' || capabilities.toolCallIds === 'none' ? {} : { id }
}

function toCall(call: ToolCall, signature: string | undefined, target: Target): JsonObject {
  return {
    functionCall: { ...toId(call.id, target), name: call.name, args: toArgumentsObject(call.argumentsText) },
    ...(signature !== undefined && { thoughtSignature: signature }),
  }
}

function toCalls(message: AssistantMessage, target: Target): readonly JsonObject[] {
  const calls = message.toolCalls ?? []
  // Of parallel calls only the first is signed.
  return calls.map((call, index) =>
    toCall(call, call.signature ?? (index === 0 && needsSignatures(target.model) ? lostSignature : undefined), target),
  )
}

function toSpoken(message: AssistantMessage): readonly JsonObject[] {
  const content = message.content === undefined || message.content.length === 0 ? (message.refusal ?? '') : message.content
  return toParts(content).filter((part) => part['text'] !== '')
}

/**
 * Signatures go back on the kind of part they came on: with the call, on the text, on a thought. Thoughts without one are
 * summaries that Google does not want back.
 */
function toModelParts(message: AssistantMessage, target: Target): readonly JsonObject[] {
  const signed = (message.reasoning ?? []).filter((block) => block.origin === 'gemini' && block.signature !== undefined)
  const thoughts = signed
    .filter(({ text }) => text !== '')
    .map(({ text, signature }) => ({ text, thought: true, thoughtSignature: signature }))
  const thoughtSignature = signed.findLast(({ text }) => text === '')?.signature
  const spoken = toSpoken(message)
  const calls = toCalls(message, target)
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
function toResult(message: ToolMessage, name: string, target: Target): JsonObject {
  const { toolCallId, content } = message
  const response = toResponse(textOfContent(content), message.isError === true)
  return { functionResponse: { ...toId(toolCallId, target), name, response } }
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
function toTurns(messages: readonly Message[], target: Target): readonly Turn<Role>[] {
  const turns: Turn<Role>[] = []
  const names = new Map<string, string>()
  let calls: readonly ToolCall[] = []
  let results: ToolMessage[] = []
  const flush = (): void => {
    const responses = inOrder(results, calls).map((result) =>
      toResult(result, names.get(result.toolCallId) ?? result.name ?? result.toolCallId, target),
    )
    turns.push({ role: 'user', blocks: [...responses, ...results.flatMap(mediaOf)] })
    results = []
  }
  for (const message of messages) {
    if (message.role === 'tool') {
      results.push(message)
      continue
    }
    flush()
    if (message.role === 'user') turns.push({ role: 'user', blocks: toParts(message.content) })
    if (message.role !== 'assistant') continue
    turns.push({ role: 'model', blocks: toModelParts(message, target) })
    calls = message.toolCalls ?? []
    for (const call of calls) names.set(call.id, call.name)
  }
  flush()
  return turns
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
  target: Target,
): { readonly contents: readonly JsonObject[]; readonly system: JsonObject } {
  const system = systemParts(messages)
  const turns = mergedTurns(toTurns(messages, target))
  const apart = takesSystem(target.model) && turns.length > 0
  const spoken = apart ? turns : mergedTurns<Role>([{ role: 'user', blocks: system }, ...turns])
  const contents = spoken.map(({ role, blocks }) => ({ role, parts: blocks }))
  return { contents, system: apart && system.length > 0 ? { systemInstruction: { parts: system } } : {} }
}
