import type { ChatChunk } from '../../chat/chunk.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readString } from '../../wire/json.ts'
import { customArgumentsEnd, customArgumentsStart, toCustomPiece } from '../shared/custom-tool.ts'
import { readIndex } from '../shared/read-index.ts'
import { fromImageItem, fromResponsesAnnotation, fromResponsesAnnotations } from './annotations.ts'
import { fromReasoningItem } from './encrypted-content.ts'
import { contentOf, fromCallItem, isCallItem } from './response-decode.ts'

/*
 * What has been told of the output items of a stream. The API says most things twice: by deltas and, whole, at the end of the part
 * and of the item. Deltas are optional: what none of them brought is taken from the end. Items are kept by their place, or by their
 * id where a vendor numbers nothing; they grow with the stream.
 */

/** Text that is told piece by piece and, at its end, whole. */
interface Told {
  text: string
}

interface StreamedCall {
  readonly index: number
  id: string
  name: string
  isCustom: boolean
  /** The arguments, or the text of a custom call, as far as they came. */
  text: string
  isOpen: boolean
  isEnded: boolean
}

export interface StreamItems {
  /** The parts of messages, by item and part. */
  readonly texts: Map<string, Told>
  readonly calls: Map<string, StreamedCall>
  readonly callsById: Map<string, StreamedCall>
  readonly reasoning: Map<string, Told & { readonly index: number; part: number }>
  readonly annotations: Map<string, number>
  readonly images: Set<string>
}

export function createStreamItems(): StreamItems {
  return { texts: new Map(), calls: new Map(), callsById: new Map(), reasoning: new Map(), annotations: new Map(), images: new Set() }
}

/** The item that an event is about. */
export function itemKey(event: JsonObject, item?: JsonObject): string {
  const place = readIndex(event, 'output_index')
  return place === undefined ? (readString(event, 'item_id') ?? (item && readString(item, 'id')) ?? '') : String(place)
}

type Words = 'text-delta' | 'refusal-delta'

function told<Key>(texts: Map<Key, Told>, key: Key): Told {
  const known = texts.get(key)
  if (known !== undefined) return known
  const begun = { text: '' }
  texts.set(key, begun)
  return begun
}

/** What of a whole text has not been told. Nothing where it differs from what was told: that can't be taken back. */
function rest(whole: string, before: string): string {
  return whole.startsWith(before) ? whole.slice(before.length) : ''
}

/** Adds to a part of a message. */
export function onWords(
  { texts }: StreamItems,
  type: Words,
  { key, text }: { readonly key: string; readonly text: string },
): readonly ChatChunk[] {
  if (text === '') return []
  told(texts, `${type}/${key}`).text += text
  return [{ type, choice: 0, text }]
}

/** A part of a message as a whole. */
export function onWholeWords(
  items: StreamItems,
  type: Words,
  { key, text }: { readonly key: string; readonly text: string },
): readonly ChatChunk[] {
  return onWords(items, type, { key, text: rest(text, told(items.texts, `${type}/${key}`).text) })
}

function callAt({ calls }: StreamItems, key: string): StreamedCall {
  const known = calls.get(key)
  if (known !== undefined) return known
  const call: StreamedCall = { index: calls.size, id: '', name: '', isCustom: false, text: '', isOpen: false, isEnded: false }
  calls.set(key, call)
  return call
}

function argument({ index }: StreamedCall, argumentsText: string): ChatChunk {
  return { type: 'tool-call-delta', choice: 0, index, argumentsText }
}

function sayArguments(call: StreamedCall, text: string): readonly ChatChunk[] {
  return text === '' ? [] : [argument(call, call.isCustom ? toCustomPiece(text) : text)]
}

/** The beginning of a call, once it has a name. */
function openCall(call: StreamedCall, items: StreamItems, newId: () => string): readonly ChatChunk[] {
  if (call.isOpen || call.name === '') return []
  call.isOpen = true
  if (call.id === '') call.id = `call_${newId()}`
  items.callsById.set(call.id, call)
  const start: ChatChunk = { type: 'tool-call-start', choice: 0, index: call.index, id: call.id, name: call.name }
  const said = sayArguments(call, call.text)
  return call.isCustom ? [{ ...start, custom: true }, argument(call, customArgumentsStart), ...said] : [start, ...said]
}

function learn(call: StreamedCall, item: JsonObject): void {
  const { id, name, custom } = fromCallItem(item)
  if (call.isOpen) return
  call.id = id
  call.name = name
  call.isCustom = custom === true
}

export function onCallAdded(
  items: StreamItems,
  key: string,
  { item, newId }: { readonly item: JsonObject; readonly newId: () => string },
): readonly ChatChunk[] {
  const call = callAt(items, key)
  learn(call, item)
  return openCall(call, items, newId)
}

/** Adds to the arguments of a call; they wait for its name. */
export function onArguments(items: StreamItems, key: string, text: string): readonly ChatChunk[] {
  const call = callAt(items, key)
  call.text += text
  return call.isOpen ? sayArguments(call, text) : []
}

export function onWholeArguments(items: StreamItems, key: string, text: string): readonly ChatChunk[] {
  return onArguments(items, key, rest(text, callAt(items, key).text))
}

function endCall(call: StreamedCall): readonly ChatChunk[] {
  if (!call.isOpen || call.isEnded) return []
  call.isEnded = true
  if (call.isCustom) return [argument(call, customArgumentsEnd)]
  return call.text === '' ? [argument(call, '{}')] : []
}

function onCallDone(
  items: StreamItems,
  key: string,
  { item, newId }: { readonly item: JsonObject; readonly newId: () => string },
): readonly ChatChunk[] {
  const added = onCallAdded(items, key, { item, newId })
  const whole = readString(item, item['type'] === 'custom_tool_call' ? 'input' : 'arguments') ?? ''
  return [...added, ...onWholeArguments(items, key, whole), ...endCall(callAt(items, key))]
}

function reasoningAt({ reasoning }: StreamItems, key: string): Told & { readonly index: number; part: number } {
  const known = reasoning.get(key)
  if (known !== undefined) return known
  const begun = { text: '', index: reasoning.size, part: 0 }
  reasoning.set(key, begun)
  return begun
}

/** Adds to a reasoning item. Its parts are told with an empty line between. */
export function onThought(items: StreamItems, event: JsonObject): readonly ChatChunk[] {
  const delta = readString(event, 'delta') ?? ''
  if (delta === '') return []
  const block = reasoningAt(items, itemKey(event))
  const part = readNumber(event, 'summary_index') ?? readNumber(event, 'content_index') ?? 0
  const text = part !== block.part && block.text !== '' ? `\n\n${delta}` : delta
  block.part = part
  block.text += text
  return [{ type: 'reasoning-delta', choice: 0, index: block.index, origin: 'openai-responses', text, id: readString(event, 'item_id') }]
}

function onReasoningDone(items: StreamItems, key: string, item: JsonObject): readonly ChatChunk[] {
  const whole = fromReasoningItem(item)
  const isKnown = items.reasoning.has(key)
  const text = rest(whole.text, items.reasoning.get(key)?.text ?? '')
  if (text === '' && whole.encrypted === undefined && whole.signature === undefined) return []
  const block = reasoningAt(items, key)
  block.text += text
  return [{ type: 'reasoning-delta', choice: 0, index: block.index, ...whole, text: isKnown ? text : whole.text }]
}

export function onAnnotation(items: StreamItems, event: JsonObject): readonly ChatChunk[] {
  const given = event['annotation']
  const annotation = isJsonObject(given) ? fromResponsesAnnotation(given) : undefined
  if (annotation === undefined) return []
  const key = `${itemKey(event)}/${readNumber(event, 'content_index') ?? 0}`
  items.annotations.set(key, (items.annotations.get(key) ?? 0) + 1)
  return [{ type: 'annotations', choice: 0, annotations: [annotation] }]
}

function onMessageDone(items: StreamItems, key: string, item: JsonObject): readonly ChatChunk[] {
  return contentOf(item).flatMap((part, place): readonly ChatChunk[] => {
    const at = `${key}/${place}`
    if (part['type'] === 'refusal') return onWholeWords(items, 'refusal-delta', { key: at, text: readString(part, 'refusal') ?? '' })
    if (part['type'] !== 'output_text') return []
    const annotations = fromResponsesAnnotations(part).slice(items.annotations.get(at) ?? 0)
    if (annotations.length > 0) items.annotations.set(at, (items.annotations.get(at) ?? 0) + annotations.length)
    return [
      ...onWholeWords(items, 'text-delta', { key: at, text: readString(part, 'text') ?? '' }),
      ...(annotations.length > 0 ? [{ type: 'annotations' as const, choice: 0, annotations }] : []),
    ]
  })
}

function onImageDone({ images }: StreamItems, key: string, item: JsonObject): readonly ChatChunk[] {
  const image = images.has(key) ? undefined : fromImageItem(item)
  if (image === undefined) return []
  images.add(key)
  return [{ type: 'annotations', choice: 0, annotations: [image] }]
}

/** An item as a whole: what of it no delta brought. */
export function onItemDone(
  items: StreamItems,
  key: string,
  { item, newId }: { readonly item: JsonObject; readonly newId: () => string },
): readonly ChatChunk[] {
  if (isCallItem(item)) return onCallDone(items, key, { item, newId })
  switch (item['type']) {
    case 'message':
      return onMessageDone(items, key, item)
    case 'reasoning':
      return onReasoningDone(items, key, item)
    case 'image_generation_call':
      return onImageDone(items, key, item)
    default:
      return []
  }
}

/** Whether any item has been told, so that the output that ends the stream only repeats them. */
function isTold({ texts, calls, reasoning }: StreamItems): boolean {
  return texts.size > 0 || calls.size > 0 || reasoning.size > 0
}

/** The last word: calls that lack something, and all of the output where nothing has been told of it. */
export function onOutput(items: StreamItems, response: JsonObject, newId: () => string): readonly ChatChunk[] {
  const output = (readArray(response, 'output') ?? []).filter(isJsonObject)
  if (!isTold(items)) return output.flatMap((item, place) => onItemDone(items, String(place), { item, newId }))
  const keys = new Map([...items.calls].map(([key, call]) => [call, key]))
  const owed = output.filter(isCallItem).flatMap((item) => {
    const known = items.callsById.get(fromCallItem(item).id)
    const key = known && keys.get(known)
    return key === undefined ? [] : onCallDone(items, key, { item, newId })
  })
  return [...owed, ...[...items.calls.values()].flatMap(endCall)]
}

/** Whether a call never got its name. */
export function hasNamelessCall({ calls }: StreamItems): boolean {
  return [...calls.values()].some(({ isOpen }) => !isOpen)
}
