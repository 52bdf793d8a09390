import type { ChatChunk } from './chunk.ts'
import type { DialectId } from './dialect-id.ts'
import type { ChatResponse } from './response.ts'

/** The provider's own bytes, checked, and the dialect they are in. */
export interface RawAnswer {
  readonly dialect: DialectId
  readonly bytes: Uint8Array
}

/**
 * What one read from the provider brought: some chunks, and the bytes of the events they came from. `raw` is present
 * when every one of those events is fit to be sent on to a client of the stream's dialect; a filter that changes the
 * chunks leaves `raw` out.
 */
export interface ChunkBatch {
  readonly chunks: readonly ChatChunk[]
  readonly raw?: Uint8Array | undefined
}

/**
 * A streamed answer. Iterating it is what drives the provider: a consumer that stops reading stops the provider, and
 * one that returns early closes the call. The iteration ends normally only after a finish; every failure is thrown as a
 * `ProviderError` (or a cancellation).
 */
export interface StreamAnswer {
  readonly type: 'stream'
  /** The dialect of the batches' `raw` bytes; `undefined` when there are none. */
  readonly dialect: DialectId | undefined
  readonly batches: AsyncIterable<ChunkBatch>
}

/** A complete answer. */
export interface WholeAnswer<Response = ChatResponse> {
  readonly type: 'whole'
  readonly response: Response
  /** Present when the provider's bytes are a valid answer in their dialect: a client of that dialect gets them unchanged. */
  readonly raw?: RawAnswer | undefined
}

/** A chat answer, whole or as a stream. */
export type ChatAnswer = WholeAnswer<ChatResponse> | StreamAnswer

/** What any operation may answer with. */
export type AnyAnswer = WholeAnswer<unknown> | StreamAnswer
