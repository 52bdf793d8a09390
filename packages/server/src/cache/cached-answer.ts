import { type StreamFolding, sizeOf } from '@proxyapi/context'
import { type Attempt, type ChatResponse, fromChunks, type StreamAnswer, toChunks, type WholeAnswer } from '@proxyapi/core'

/** Who gave an answer, and for how much. Stored with it. */
export interface AnswerOrigin {
  readonly provider?: string | undefined
  readonly model?: string | undefined
  /** `null` when the price is not known; `undefined` when nothing was consumed. */
  readonly costNanoUsd?: number | null | undefined
}

/** What the response cache stores: a whole answer and where it came from. */
export interface CachedWhole extends WholeAnswer<unknown> {
  readonly origin: AnswerOrigin
}

/** A stream on its way: what it costs is known only at its end. */
export interface CachedStream extends StreamAnswer {
  readonly winner: Attempt | undefined
}

/** What the gateway's cache is for: requests and answers of any operation. */
export interface AnswerKinds {
  readonly request: object
  readonly whole: CachedWhole
  readonly stream: CachedStream
}

export function originOf(winner: Attempt | undefined): AnswerOrigin {
  return { provider: winner?.provider, model: winner?.model, costNanoUsd: winner?.costNanoUsd }
}

/** Converts streams to whole answers and whole answers to streams. Only chat has streams. */
export const answerFolding: StreamFolding<AnswerKinds> = {
  fold: (batches, { winner }) => {
    const response = fromChunks(batches.flatMap(({ chunks }) => chunks))
    return response === undefined ? undefined : { type: 'whole', response, origin: originOf(winner) }
  },
  replay: ({ response }) => ({ type: 'stream', dialect: 'demo', batches: toChunks(response as ChatResponse), winner: undefined }),
  sizeOf,
}
