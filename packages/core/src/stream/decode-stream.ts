import type { ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import type { DecodeContext, Dialect } from '../dialects/dialect.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { checkAnswerSize } from '../transport/answer-size.ts'
import { createFramer } from '../wire/framer.ts'
import { joinBytes } from '../wire/join-raw.ts'
import { toSseText } from '../wire/sse.ts'
import type { WireEvent } from '../wire/wire-event.ts'

const textEncoder = new TextEncoder()

/** More broken events than this end a stream (docs/resilience.md section 7). */
const maxBrokenEvents = 5

/** Shorter events are not walked before they are parsed. */
const longEvent = 64 * 1024

/** @throws ProviderError `invalid_response` for an event that would be dear to parse */
function checkEvent({ data }: WireEvent): void {
  if (data.length > longEvent) checkAnswerSize(data)
}

/** What some bytes brought. */
export interface DecodedBytes {
  readonly batches: readonly ChunkBatch[]
  /** The dialect's end mark was seen. */
  readonly done: boolean
}

/** A dialect's stream decoder with its state inside: bytes in, batches out. */
export interface StreamDecoder {
  /** @throws ProviderError `invalid_response`; WireError */
  readonly push: (bytes: Uint8Array) => DecodedBytes
  readonly end: () => DecodedBytes
}

/** Events that share their fate: all sent on as they are, or all written anew. */
interface Group {
  readonly chunks: ChatChunk[]
  readonly forward: boolean
  /** The bytes of the group while they lie side by side in memory, as events of one read do. */
  bytes: Uint8Array | undefined
  start: number
  end: number
  /** The bytes of the group when they do not. */
  pieces: Uint8Array[] | undefined
}

function rawOf(group: Group): Uint8Array {
  if (group.pieces !== undefined) return joinBytes(group.pieces)
  return group.bytes === undefined ? new Uint8Array(0) : group.bytes.subarray(group.start, group.end)
}

/** Whether an event has bytes, without making a view of them. */
function hasBytes(event: WireEvent): boolean {
  return event.range !== undefined || event.raw !== undefined
}

/** An event with other data than the provider sent. */
function toEvent(name: string, data: string): WireEvent {
  return { name, data, raw: textEncoder.encode(toSseText({ name, data })) }
}

/** Adds an event's bytes to a group. */
function addRaw(group: Group, { range, raw }: WireEvent): void {
  if (group.pieces === undefined && range !== undefined) {
    if (group.bytes === undefined) {
      group.bytes = range.bytes
      group.start = range.start
      group.end = range.end
      return
    }
    if (group.bytes === range.bytes && group.end === range.start) {
      group.end = range.end
      return
    }
  }
  group.pieces ??= group.bytes === undefined ? [] : [group.bytes.subarray(group.start, group.end)]
  if (raw !== undefined) group.pieces.push(raw)
}

/** Joins events to batches. Usage alone stands alone. */
function createGrouping(): {
  readonly add: (chunks: readonly ChatChunk[], event: WireEvent | undefined) => void
  readonly take: () => readonly ChunkBatch[]
} {
  let batches: ChunkBatch[] = []
  let group: Group | undefined
  const close = (): void => {
    if (group !== undefined) batches.push(group.forward ? { chunks: group.chunks, raw: rawOf(group) } : { chunks: group.chunks })
    group = undefined
  }
  return {
    add: (chunks, event) => {
      const alone = chunks.length === 1 && chunks[0]?.type === 'usage'
      const forward = event !== undefined
      if (alone || (group !== undefined && group.forward !== forward)) close()
      group ??= { chunks: [], forward, bytes: undefined, start: 0, end: 0, pieces: undefined }
      for (const chunk of chunks) group.chunks.push(chunk)
      if (forward) addRaw(group, event)
      if (alone) close()
    },
    take: () => {
      close()
      const taken = batches
      batches = []
      return taken
    },
  }
}

export function createStreamDecoder(dialect: Dialect, context: DecodeContext): StreamDecoder {
  const framer = createFramer(dialect.framing)
  const grouping = createGrouping()
  let state = dialect.upstream.startStream(context)
  let broken = 0
  let done = false

  const onEvent = (event: WireEvent): void => {
    try {
      checkEvent(event)
      const step = dialect.upstream.onEvent(state, event)
      state = step.state
      done = step.done === true
      const sent =
        step.rewritten === undefined ? (step.forward && hasBytes(event) ? event : undefined) : toEvent(event.name, step.rewritten)
      if (step.chunks.length > 0 || sent !== undefined) grouping.add(step.chunks, sent)
    } catch (error) {
      // A broken event is skipped: it never reaches a client, and a few of them do not end a good stream.
      if (!isProviderError(error) || ++broken > maxBrokenEvents) throw error
    }
  }
  const onEvents = (events: readonly WireEvent[]): void => {
    for (const event of events) {
      if (done) break
      onEvent(event)
    }
  }
  return {
    push: (bytes) => {
      onEvents(framer.push(bytes))
      return { batches: grouping.take(), done }
    },
    end: () => {
      onEvents(framer.end())
      if (!done) {
        const owed = dialect.upstream.onEnd(state)
        if (owed.length > 0) grouping.add(owed, undefined)
      }
      return { batches: grouping.take(), done: true }
    },
  }
}
