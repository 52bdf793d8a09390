import type { ChunkBatch } from '../chat/answer.ts'
import type { Usage } from '../chat/usage.ts'

/** What the receipt says of the answer that the caller got. */
export interface AnswerMeter {
  model: string | undefined
  usage: Usage | undefined
  firstContentAtMs: number | undefined
}

/** Notes what a batch of a stream tells. */
export function meterAnswer(batch: ChunkBatch, meter: AnswerMeter, now: () => number): void {
  for (const chunk of batch.chunks) {
    if (chunk.type === 'usage') meter.usage = chunk.usage
    else if (chunk.type === 'start') {
      meter.model = chunk.model
      meter.usage ??= chunk.usage
    } else meter.firstContentAtMs ??= now()
  }
}
