import { type StreamFolding, sizeOf } from '@proxyapi/context'
import { type Attempt, type ChatRequest, fromChunks, type StreamAnswer, toChunks, type WholeAnswer } from '@proxyapi/core'

/** Who gave an answer, and for how much. Stored with it. */
export interface AnswerOrigin {
  readonly provider?: string | undefined
  readonly model?: string | undefined
  /** `null` when the price is not known; `undefined` when nothing was consumed. */
  readonly costNanoUsd?: number | null | undefined
}

export interface CachedWhole extends WholeAnswer {
  readonly origin: AnswerOrigin
}

/** A stream on its way: what it costs is known only at its end. */
export interface CachedStream extends StreamAnswer {
  readonly winner: Attempt | undefined
}

/** What the gateway's cache is for. */
export interface ChatKinds {
  readonly request: ChatRequest
  readonly whole: CachedWhole
  readonly stream: CachedStream
}

export function originOf(winner: Attempt | undefined): AnswerOrigin {
  return { provider: winner?.provider, model: winner?.model, costNanoUsd: winner?.costNanoUsd }
}

/** Converts streams to whole answers and whole answers to streams. */
export const chatFolding: StreamFolding<ChatKinds> = {
  fold: (batches, { winner }) => {
    const response = fromChunks(batches.flatMap(({ chunks }) => chunks))
    return response === undefined ? undefined : { type: 'whole', response, origin: originOf(winner) }
  },
  replay: ({ response }) => ({ type: 'stream', dialect: 'demo', batches: toChunks(response), winner: undefined }),
  sizeOf,
}
