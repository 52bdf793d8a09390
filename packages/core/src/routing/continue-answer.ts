import type { ChunkBatch, StreamAnswer } from '../chat/answer.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { type ContinuationMerge, mergeContinuation } from '../stream/merge-continuation.ts'
import { createPartialAnswer } from '../stream/partial-answer.ts'

export interface ContinuationSource {
  /** Asks the next target that accepts a partial answer to continue it; `undefined` when there is none. */
  readonly next: (partial: string) => Promise<{ readonly answer: StreamAnswer; readonly asked: boolean } | undefined>
  /** What the failed attempt has consumed. */
  readonly consumed: () => ContinuationMerge['usage']
}

function mayContinue(error: unknown): boolean {
  return isProviderError(error) && failurePolicies[error.failure].nextTarget === 'yes'
}

/** The rest of a broken answer from another target; its own failure never hides the one that made it necessary. */
async function* continued(partial: string, failure: unknown, source: ContinuationSource): AsyncGenerator<ChunkBatch> {
  try {
    const next = await source.next(partial)
    if (next === undefined) throw failure
    yield* mergeContinuation(next.answer.batches, { partial, asked: next.asked, usage: source.consumed() })
  } catch {
    throw failure
  }
}

/**
 * A stream that another target continues when it breaks off: text only. Batches after the break are written anew, so that
 * the client sees one answer with one id.
 */
export function continueAnswer(answer: StreamAnswer, source: ContinuationSource): StreamAnswer {
  const partial = createPartialAnswer()
  async function* read(): AsyncGenerator<ChunkBatch> {
    try {
      for await (const batch of answer.batches) {
        partial.see(batch)
        yield batch
      }
    } catch (failure) {
      const text = partial.text()
      if (text === undefined || !mayContinue(failure)) throw failure
      yield* continued(text, failure, source)
    }
  }
  return { ...answer, batches: read() }
}
