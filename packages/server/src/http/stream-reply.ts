import type { ServerResponse } from 'node:http'
import type { ChunkBatch, StreamAnswer } from '@proxyapi/core'
import type { ClientChat, ClientContext, ClientError } from '@proxyapi/core/dialects'
import { type KeepAlive, keepAliveComment, watchSilence, withinSilence } from './keep-alive.ts'
import type { Piece, StreamWriter } from './stream-writer.ts'
import { type CostFields, writerWithCost } from './with-cost.ts'

/** Everything that a streamed answer needs on its way out. */
export interface StreamReply {
  readonly answer: StreamAnswer
  readonly client: ClientChat<unknown>
  /** The dialect the client speaks; `undefined` where no provider does. */
  readonly dialect: string | undefined
  readonly context: ClientContext
  /** What a failure in mid-stream looks like. */
  readonly toError: (error: unknown) => ClientError
  /** What the last usage is to tell of the cost, asked at the end of the stream; `undefined` where the client does not ask. */
  readonly costOf?: (() => CostFields) | undefined
  /** `undefined` leaves silence silent. */
  readonly keepAlive: KeepAlive | undefined
  /** There has been a silence already: the client hears of us at once. */
  readonly isLate: boolean
}

/** Stands for the end of a stream where a piece is waited for: a piece of nothing is never sent. */
const ended: Piece = ''

function isHidden(batch: ChunkBatch, reply: StreamReply): boolean {
  return batch.chunks.length === 1 && batch.chunks[0]?.type === 'usage' && !reply.context.includeUsage
}

function createStreamWriter(reply: StreamReply): StreamWriter {
  const { client, answer } = reply
  // Asked for each batch: an answer that comes late says its dialect late.
  const isSameDialect = (): boolean => reply.dialect !== undefined && answer.dialect === reply.dialect
  let state = client.startStream(reply.context)
  let encoded = false
  /** What was last sent on as it came, and the encoder has not learned from. */
  let forwarded: Uint8Array | undefined

  /** Whatever is written now comes after what was sent on. */
  const catchUp = (): void => {
    if (forwarded === undefined) return
    state = client.afterForwarded?.(state, new TextDecoder().decode(forwarded)) ?? state
    forwarded = undefined
  }

  const encode = (batch: ChunkBatch): string => {
    catchUp()
    let text = ''
    for (const chunk of batch.chunks) {
      const step = client.onChunk(state, chunk)
      state = step.state
      text += step.text
    }
    return text
  }
  const writer: StreamWriter = {
    onBatch: (batch) => {
      if (batch.raw === undefined || !isSameDialect()) {
        encoded = true
        return encode(batch) || undefined
      }
      // The encoder learns id and model even when the bytes go out as they are: a later event may have to be written anew.
      if (!encoded && batch.chunks[0]?.type === 'start') state = client.onChunk(state, batch.chunks[0]).state
      forwarded = batch.raw
      return isHidden(batch, reply) && reply.dialect === 'openai-chat' ? undefined : batch.raw
    },
    onEnd: () => (encoded ? client.onEnd(state) : client.endMark),
    onError: (error) => {
      catchUp()
      return client.toErrorEvent(reply.toError(error), state)
    },
  }
  return reply.costOf === undefined ? writer : writerWithCost(writer, reply.costOf)
}

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
} as const

/** A stream as a web `Response` body, for in-process use and edge runtimes. */
export function toWebStream(reply: StreamReply): ReadableStream<Uint8Array> {
  const writer = createStreamWriter(reply)
  const encoder = new TextEncoder()
  const iterator = reply.answer.batches[Symbol.asyncIterator]()
  const bytes = (piece: Piece): Uint8Array => (typeof piece === 'string' ? encoder.encode(piece) : piece)
  /** The next piece that says something; `undefined` at the end. */
  const nextPiece = async (): Promise<Piece | undefined> => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      const piece = writer.onBatch(next.value)
      if (piece !== undefined && piece.length > 0) return piece
    }
    return undefined
  }
  /** Outlives a pull that gave a sign of life in its stead. */
  let pending: Promise<Piece | undefined> | undefined
  let isLate = reply.isLate
  const nextOrSilence = async (): Promise<Piece | undefined> => {
    if (isLate) {
      isLate = false
      return keepAliveComment
    }
    pending ??= nextPiece().then((piece) => piece ?? ended)
    const piece = reply.keepAlive === undefined ? await pending : await withinSilence(pending, reply.keepAlive)
    if (piece === undefined) return keepAliveComment
    pending = undefined
    return piece === ended ? undefined : piece
  }
  const finish = (controller: ReadableStreamDefaultController<Uint8Array>, ending: string): void => {
    if (ending !== '') controller.enqueue(encoder.encode(ending))
    controller.close()
  }
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const piece = await nextOrSilence()
        if (piece === undefined) finish(controller, writer.onEnd())
        else controller.enqueue(bytes(piece))
      } catch (error) {
        finish(controller, writer.onError(error))
      }
    },
    cancel: async () => {
      await iterator.return?.()
    },
  })
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done)
      outgoing.off('close', done)
      resolve()
    }
    outgoing.once('drain', done)
    outgoing.once('close', done)
  })
}

/**
 * A stream straight onto a Node response: no web streams between two sockets. One write per batch; a client that does not
 * read stops the provider.
 */
export async function writeNodeStream(reply: StreamReply, outgoing: ServerResponse): Promise<void> {
  const writer = createStreamWriter(reply)
  const silence =
    reply.keepAlive &&
    watchSilence(reply.keepAlive, () => {
      // What a client does not read is a sign of life by itself.
      if (!outgoing.writableNeedDrain && !outgoing.destroyed) outgoing.write(keepAliveComment)
    })
  try {
    if (reply.isLate) outgoing.write(keepAliveComment)
    for await (const batch of reply.answer.batches) {
      const piece = writer.onBatch(batch)
      if (piece !== undefined) silence?.wrote()
      if (piece !== undefined && !outgoing.write(piece)) await drained(outgoing)
      if (outgoing.destroyed) return
    }
    outgoing.end(writer.onEnd())
  } catch (error) {
    outgoing.end(writer.onError(error))
  } finally {
    silence?.stop()
  }
}

/** Bytes of a web stream onto a Node response. The stream is canceled when the client leaves. */
export async function writeNodeBody(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader()
  const cancel = (): void => void reader.cancel().catch(() => undefined)
  outgoing.once('close', cancel)
  // The close is emitted once only, and that may have been before anybody listened.
  if (outgoing.destroyed) cancel()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (!outgoing.write(next.value)) await drained(outgoing)
    }
    outgoing.end()
  } finally {
    outgoing.off('close', cancel)
  }
}
