import type { ChunkBatch } from '@proxyapi/core'

/** One piece of the outgoing body. */
export type Piece = string | Uint8Array

/**
 * Turns batches into the client's bytes: the provider's own where both speak one dialect, written anew elsewhere. A
 * failure becomes one error event and the end, without an end mark: who overlooks the event still sees no clean end.
 */
export interface StreamWriter {
  readonly onBatch: (batch: ChunkBatch) => Piece | undefined
  readonly onEnd: () => string
  readonly onError: (error: unknown) => string
}
