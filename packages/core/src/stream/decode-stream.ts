import type { ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import type { DecodeContext, Dialect } from '../dialects/dialect.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { createFramer } from '../wire/framer.ts'
import { joinBytes } from '../wire/join-raw.ts'
import type { WireEvent } from '../wire/wire-event.ts'

/** More broken events than this end a stream (docs/resilience.md section 7). */
const maxBrokenEvents = 5

/** What some bytes brought. */
export interface DecodedBytes {
  readonly batches: readonly ChunkBatch[]
  /** The dialect's end mark was seen. */
  readonly done: boolean
}

/** A dialect's stream decoder with its state inside: bytes in, batches out. */
export interface StreamDecoder {
  /** @throws ProviderError `bad_answer`; WireError */
  readonly push: (bytes: Uint8Array) => DecodedBytes
  readonly end: () => DecodedBytes
}

interface Group {
  chunks: ChatChunk[]
  raws: Uint8Array[]
  readonly forward: boolean
}

function toBatch(group: Group): ChunkBatch {
  return group.forward ? { chunks: group.chunks, raw: joinBytes(group.raws) } : { chunks: group.chunks }
}

/** Events join a batch while they share its fate: all sent on as they are, or all written anew. Usage alone stands alone. */
function createGrouping(): {
  readonly add: (chunks: readonly ChatChunk[], raw: Uint8Array | undefined) => void
  readonly take: () => readonly ChunkBatch[]
} {
  let batches: ChunkBatch[] = []
  let group: Group | undefined
  const close = (): void => {
    if (group !== undefined) batches.push(toBatch(group))
    group = undefined
  }
  return {
    add: (chunks, raw) => {
      const alone = chunks.length === 1 && chunks[0]?.type === 'usage'
      if (alone || group === undefined || group.forward !== (raw !== undefined)) close()
      group ??= { chunks: [], raws: [], forward: raw !== undefined }
      for (const chunk of chunks) group.chunks.push(chunk)
      if (raw !== undefined) group.raws.push(raw)
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
      const step = dialect.upstream.onEvent(state, event)
      state = step.state
      done = step.done === true
      const raw = step.forward ? event.raw : undefined
      if (step.chunks.length > 0 || raw !== undefined) grouping.add(step.chunks, raw)
    } catch (error) {
      // A broken event is skipped: it never reaches a client, and a few of them do not end a good stream.
      if (!isProviderError(error) || ++broken > maxBrokenEvents) throw error
    }
  }
  const take = (events: readonly WireEvent[]): DecodedBytes => {
    for (const event of events) {
      if (done) break
      onEvent(event)
    }
    return { batches: grouping.take(), done }
  }
  return {
    push: (bytes) => take(framer.push(bytes)),
    end: () => {
      for (const batch of take(framer.end()).batches) grouping.add(batch.chunks, batch.raw)
      if (!done) {
        const owed = dialect.upstream.onEnd(state)
        if (owed.length > 0) grouping.add(owed, undefined)
      }
      return { batches: grouping.take(), done: true }
    },
  }
}
