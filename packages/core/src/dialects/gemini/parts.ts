import type { AssistantMessage, MediaSource, Message, ToolMessage, UserPart } from '../../chat/message.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../wire/json.ts'
import { textOfContent } from '../shared/text-of.ts'
import { toolNameOf } from '../shared/tool-name.ts'

interface Turn {
  readonly role: 'user' | 'model'
  readonly parts: readonly JsonObject[]
}

const typesByEnding: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  pdf: 'application/pdf',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
}

/** Gemini wants a media type with every link; the ending of the path is the only hint there is. */
function mediaTypeOf(source: Extract<MediaSource, { type: 'url' }>, fallback: string): string {
  const ending = /\.([a-z0-9]{2,4})(?:[?#]|$)/i.exec(source.url)?.[1]?.toLowerCase()
  return source.mediaType ?? typesByEnding[ending ?? ''] ?? fallback
}

function toMedia(source: MediaSource, fallback: string): JsonObject {
  switch (source.type) {
    case 'base64':
      return { inlineData: { mimeType: source.mediaType, data: source.data } }
    case 'url':
      return { fileData: { mimeType: mediaTypeOf(source, fallback), fileUri: source.url } }
    case 'file-id':
      return { fileData: { fileUri: source.fileId } }
  }
}

export function toGeminiPart(part: UserPart): JsonObject {
  switch (part.type) {
    case 'text':
      return { text: part.text }
    case 'image':
      return toMedia(part.source, 'image/jpeg')
    case 'audio':
      return toMedia(part.source, 'audio/wav')
    case 'file':
      return toMedia(part.source, 'application/pdf')
  }
}

function toParts(content: string | readonly UserPart[]): readonly JsonObject[] {
  return typeof content === 'string' ? [{ text: content }] : content.map(toGeminiPart)
}

function toArguments(argumentsText: string): JsonObject {
  const parsed = argumentsText === '' ? {} : parseJson(argumentsText)
  return isJsonObject(parsed) ? parsed : { arguments: argumentsText }
}

/** Signatures must go back on the parts they came on: on calls with the call, on text as a part of their own. */
function toModelParts(message: AssistantMessage): readonly JsonObject[] {
  const own = (message.reasoning ?? []).filter((block) => block.origin === 'gemini')
  const thoughts = own.map((block) => ({
    text: block.text,
    ...(block.text !== '' && { thought: true }),
    ...(block.signature !== undefined && { thoughtSignature: block.signature }),
  }))
  const text = textOfContent(message.content) || (message.refusal ?? '')
  const calls = (message.toolCalls ?? []).map((call) => ({
    functionCall: { name: call.name, args: toArguments(call.argumentsText) },
    ...(call.signature !== undefined && { thoughtSignature: call.signature }),
  }))
  return [...thoughts, ...(text === '' ? [] : [{ text }]), ...calls]
}

/** Results are matched by the function's name; what is no JSON object is wrapped into one. */
function toResultParts(message: ToolMessage, messages: readonly Message[]): readonly JsonObject[] {
  const text = textOfContent(message.content)
  const parsed = parseJson(text)
  const response = isJsonObject(parsed) ? parsed : message.isError === true ? { error: text } : { result: text }
  const media = typeof message.content === 'string' ? [] : message.content.filter((part) => part.type !== 'text').map(toGeminiPart)
  return [{ functionResponse: { name: message.name ?? toolNameOf(messages, message.toolCallId), response } }, ...media]
}

function toTurn(message: Message, messages: readonly Message[]): Turn | undefined {
  switch (message.role) {
    case 'system':
    case 'developer':
      return undefined
    case 'user':
      return { role: 'user', parts: toParts(message.content) }
    case 'assistant':
      return { role: 'model', parts: toModelParts(message) }
    case 'tool':
      return { role: 'user', parts: toResultParts(message, messages) }
  }
}

/** Turns in alternation: parallel results and neighbours of one role become one turn. */
export function toGeminiContents(messages: readonly Message[]): readonly JsonObject[] {
  const turns: Turn[] = []
  for (const turn of messages.map((message) => toTurn(message, messages))) {
    if (turn === undefined || turn.parts.length === 0) continue
    const last = turns.at(-1)
    if (last?.role === turn.role) turns[turns.length - 1] = { role: turn.role, parts: [...last.parts, ...turn.parts] }
    else turns.push(turn)
  }
  return turns.map(({ role, parts }) => ({ role, parts }))
}

export function toSystemInstruction(messages: readonly Message[]): JsonObject | undefined {
  const parts = messages.flatMap((message) =>
    message.role === 'system' || message.role === 'developer' ? [{ text: textOfContent(message.content) }] : [],
  )
  return parts.length === 0 ? undefined : { parts }
}
