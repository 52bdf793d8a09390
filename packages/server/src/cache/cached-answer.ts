import { type CacheKinds, type StreamFolding, sizeOf } from '@proxyapi/context'
import {
  type ChatAnswer,
  type ChatRequest,
  type ChunkBatch,
  fromChunks,
  type StreamAnswer,
  toChunks,
  type WholeAnswer,
} from '@proxyapi/core'

/** Who gave an answer: told again with every hit. */
export interface Origin {
  readonly provider?: string | undefined
  readonly model?: string | undefined
}

export type CachedWhole = WholeAnswer & Origin
export type CachedStream = StreamAnswer & Origin

/** The kinds of request and answer that the cache is for. */
export interface ChatKinds extends CacheKinds {
  readonly request: ChatRequest
  readonly whole: CachedWhole
  readonly stream: CachedStream
}

/** An answer as it is kept: with its origin, and without the provider's own bytes, which would take its place twice. */
export function toCached(answer: ChatAnswer, { provider, model }: Origin): CachedWhole | CachedStream {
  return answer.type === 'whole' ? { type: 'whole', response: answer.response, provider, model } : { ...answer, provider, model }
}

function bytesOf({ chunks, raw }: ChunkBatch): number {
  return sizeOf(chunks) + (raw?.length ?? 0)
}

export const folding: StreamFolding<ChatKinds> = {
  fold: (batches, { provider, model }) => {
    const response = fromChunks(batches.flatMap(({ chunks }) => chunks))
    return response && { type: 'whole', response, provider, model }
  },
  replay: ({ response, provider, model }) => ({ type: 'stream', dialect: 'openai-chat', batches: toChunks(response), provider, model }),
  sizeOf: bytesOf,
}
