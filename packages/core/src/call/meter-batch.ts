import type { ChunkBatch } from '../chat/answer.ts'
import type { Attempt } from './attempt.ts'

/** Notes on an attempt's record what passes by of its stream. */
export function meterBatch(batch: ChunkBatch, attempt: Attempt): void {
  for (const chunk of batch.chunks) {
    switch (chunk.type) {
      case 'usage':
        attempt.usage = chunk.usage
        break
      case 'start':
        attempt.usage ??= chunk.usage
        break
      case 'text-delta':
      case 'refusal-delta':
      case 'reasoning-delta':
        attempt.producedCharacters = (attempt.producedCharacters ?? 0) + chunk.text.length
        break
      case 'tool-call-delta':
        attempt.producedCharacters = (attempt.producedCharacters ?? 0) + chunk.argumentsText.length
        break
      case 'tool-call-start':
      case 'annotations':
      case 'finish':
      case 'error':
        break
    }
  }
}
