import type { ChunkBatch, StreamAnswer } from '../chat/answer.ts'
import type { Message } from '../chat/message.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { Prefill } from '../dialects/capabilities.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import { isProviderError } from '../errors/provider-error.ts'
import { type Join, mergeContinuation } from '../stream/merge-continuation.ts'
import { createPartialAnswer } from '../stream/partial-answer.ts'
import type { Target } from './target.ts'

const goOnWords =
  'Your last message was cut off. Go on exactly where it stops, with the next character. Do not repeat or comment on anything.'

/** The request that asks a model to go on from a partial answer. */
export function toContinuation(request: ChatRequest, partial: string, prefill: Prefill): ChatRequest {
  const said: Message = { role: 'assistant', content: prefill === 'native' ? partial.trimEnd() : partial }
  const asked: readonly Message[] = prefill === 'native' ? [] : [{ role: 'user', content: goOnWords }]
  return { ...request, messages: [...request.messages, said, ...asked] }
}

export interface Continuation {
  readonly request: ChatRequest
  readonly target: Target
  /** Sends a continuation to the next target that takes one; `undefined` when there is none. */
  readonly goOn: (partial: string) => Promise<{ readonly answer: StreamAnswer; readonly asked: boolean } | undefined>
  /** What the broken attempt has consumed. */
  readonly consumed: () => Join['usage']
}

function mayGoOn(error: unknown): boolean {
  return isProviderError(error) && failurePolicies[error.failure].nextTarget === 'yes'
}

/** The rest of a broken answer from elsewhere; its own failure never hides the one that made it necessary. */
async function* continued(partial: string, failure: unknown, continuation: Continuation): AsyncGenerator<ChunkBatch> {
  try {
    const next = await continuation.goOn(partial)
    if (next === undefined) throw failure
    yield* mergeContinuation(next.answer.batches, { partial, asked: next.asked, usage: continuation.consumed() })
  } catch {
    throw failure
  }
}

/**
 * A stream that another target goes on with when it breaks off: text only. Batches after the seam are written anew, so
 * that the client sees one answer with one id.
 */
export function continueAnswer(answer: StreamAnswer, continuation: Continuation): StreamAnswer {
  const partial = createPartialAnswer(continuation.request)
  async function* read(): AsyncGenerator<ChunkBatch> {
    try {
      for await (const batch of answer.batches) {
        partial.see(batch)
        yield batch
      }
    } catch (failure) {
      const text = partial.text()
      if (text === undefined || !mayGoOn(failure)) throw failure
      yield* continued(text, failure, continuation)
    }
  }
  return { ...answer, batches: read() }
}
