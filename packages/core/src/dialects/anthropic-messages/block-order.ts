import type { ChatChunk } from '../../chat/chunk.ts'
import { parseJson } from '../../wire/json.ts'

/*
 * Content blocks are written one after the other, while other dialects may mix the pieces of several calls. What is not of the call
 * that is being written waits until that one is complete, or until the answer ends; pieces of one call stay together. Linear.
 */

interface Held {
  readonly chunk: ChatChunk
  readonly before: Held | undefined
}

/** The call that is being written, and what waits for its end. */
export interface BlockOrder {
  readonly call?: { readonly index: number; readonly argumentsText: string } | undefined
  readonly held?: Held | undefined
}

export interface OrderedChunks {
  readonly order: BlockOrder
  /** What is written now. */
  readonly chunks: readonly ChatChunk[]
}

/** What waited, in the order of its beginnings. */
function released(held: Held | undefined): readonly ChatChunk[] {
  const waiting: ChatChunk[] = []
  for (let at = held; at !== undefined; at = at.before) waiting.push(at.chunk)
  const groups = new Map<number | ChatChunk, ChatChunk[]>()
  for (const chunk of waiting.reverse()) {
    const key = chunk.type === 'tool-call-start' || chunk.type === 'tool-call-delta' ? chunk.index : chunk
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [chunk])
    else group.push(chunk)
  }
  return [...groups.values()].flat()
}

/** A piece that no call waits for any more is left out: its block has ended. */
function withoutCall(chunk: ChatChunk): OrderedChunks {
  if (chunk.type === 'tool-call-start') return { order: { call: { index: chunk.index, argumentsText: '' } }, chunks: [chunk] }
  return { order: {}, chunks: chunk.type === 'tool-call-delta' ? [] : [chunk] }
}

function withCall(order: BlockOrder, call: NonNullable<BlockOrder['call']>, chunk: ChatChunk): OrderedChunks {
  if (chunk.type === 'tool-call-delta' && chunk.index === call.index) {
    const grown = { index: call.index, argumentsText: call.argumentsText + chunk.argumentsText }
    return { order: { ...order, call: grown }, chunks: [chunk] }
  }
  const isComplete = order.held === undefined && parseJson(call.argumentsText) !== undefined
  return isComplete ? withoutCall(chunk) : { order: { call, held: { chunk, before: order.held } }, chunks: [] }
}

/** The next chunk of a stream, and what is written of the stream now. */
export function inBlockOrder(order: BlockOrder, chunk: ChatChunk): OrderedChunks {
  switch (chunk.type) {
    case 'start':
    case 'usage':
    case 'error':
      return { order, chunks: [chunk] }
    case 'finish':
      return { order: {}, chunks: [...released(order.held), chunk] }
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
    case 'annotations':
    case 'tool-call-start':
    case 'tool-call-delta':
      return order.call === undefined ? withoutCall(chunk) : withCall(order, order.call, chunk)
  }
}
