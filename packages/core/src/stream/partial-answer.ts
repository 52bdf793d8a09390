import type { ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'

/** A longer answer is not continued: it would double the prompt. */
const maxCharacters = 200_000

/** Keeps the text of a stream so far, as long as another model could continue it. */
export interface PartialAnswer {
  readonly see: (batch: ChunkBatch) => void
  /** The text so far; `undefined` when it can't be continued. */
  readonly text: () => string | undefined
}

/** Only plain text can be continued: half a tool call can't. */
export function createPartialAnswer(): PartialAnswer {
  let text = ''
  let isPlain = true
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
