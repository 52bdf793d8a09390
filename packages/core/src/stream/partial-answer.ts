import type { ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import type { ChatRequest } from '../chat/request.ts'

/** More than this is not gone on with: the prompt would double. */
const maxCharacters = 200_000

/** Remembers what a stream has said so far, as long as another model could go on from it. */
export interface PartialAnswer {
  readonly see: (batch: ChunkBatch) => void
  /** The text so far; `undefined` when nobody can go on from here. */
  readonly text: () => string | undefined
}

/** Only plain text can be gone on with: half a tool call, half a JSON document or one of several answers can't. */
export function createPartialAnswer(request: ChatRequest): PartialAnswer {
  let text = ''
  let isPlain = (request.n ?? 1) === 1 && (request.responseFormat === undefined || request.responseFormat.type === 'text')
  const note = (chunk: ChatChunk): void => {
    if (chunk.type === 'text-delta') text += chunk.text
    else if (chunk.type !== 'start' && chunk.type !== 'reasoning-delta' && chunk.type !== 'usage') isPlain = false
  }
  return {
    see: (batch) => {
      if (!isPlain) return
      for (const chunk of batch.chunks) note(chunk)
      if (text.length > maxCharacters) isPlain = false
      if (!isPlain) text = ''
    },
    text: () => (isPlain && text !== '' ? text : undefined),
  }
}
