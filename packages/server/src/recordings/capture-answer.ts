import { type AnyAnswer, type ChatChunk, type ChatResponse, fromChunks, type StreamAnswer } from '@proxyapi/core'
import { openAiChatClient } from '@proxyapi/core/dialects'
import { watchBatches } from '@proxyapi/core/serving'

/** An answer with somebody looking on. */
export interface CapturedAnswer<Answer extends AnyAnswer> {
  readonly answer: Answer
  /** What has come so far, as a client of OpenAI would get it; `undefined` where that is nothing, or too much. */
  readonly read: () => unknown
}

/** Of a stream, chunks are kept up to here. */
const maxChunks = 20_000

function isStream(answer: AnyAnswer): answer is StreamAnswer {
  return answer.type === 'stream'
}

function isChatResponse(response: unknown): response is ChatResponse {
  return typeof response === 'object' && response !== null && 'choices' in response
}

function toBody(response: unknown, id: string): unknown {
  if (!isChatResponse(response)) return typeof response === 'object' && response !== null && 'vectors' in response ? undefined : response
  return openAiChatClient.toResponse(response, { newId: () => id, nowSeconds: 0, includeUsage: true, model: response.model })
}

/** Looks on while an answer is read, whole or as a stream, and changes nothing of it. */
export function captureAnswer<Answer extends AnyAnswer>(answer: Answer, id: string): CapturedAnswer<Answer> {
  if (!isStream(answer)) return { answer, read: () => toBody((answer as { readonly response?: unknown }).response, id) } // an answer is whole or a stream
  let chunks: ChatChunk[] | undefined = []
  const batches = watchBatches(answer.batches, {
    onBatch: (batch) => {
      if (chunks === undefined) return
      chunks.push(...batch.chunks)
      if (chunks.length > maxChunks) chunks = undefined
    },
  })
  return { answer: { ...answer, batches }, read: () => (chunks === undefined ? undefined : toBody(fromChunks(chunks), id)) }
}
