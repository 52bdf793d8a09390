import type { AnyAnswer, ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import type { ProviderError } from '../errors/provider-error.ts'
import { holdUntilCommit } from '../stream/read-stream.ts'
import { delay, type FaultContext, injectedError, stall } from './fault-context.ts'
import { afterTokensOf, type InjectedFault } from './injected-fault.ts'

/** The error that ends the answer where the fault begins. */
function errorOf(fault: InjectedFault, context: FaultContext): ProviderError {
  switch (fault.type) {
    case 'malformed':
      return injectedError(context, 'invalid_response', 'events that can’t be read')
    case 'missing_end':
      return injectedError(context, 'invalid_response', 'the stream ended before the answer was complete')
    default:
      return injectedError(context, 'connection', 'the stream was cut')
  }
}

/** The index of the first chunk of a batch that the fault affects; `undefined` when it affects none. Counts tokens in `seen`. */
function indexIn(batch: ChunkBatch, fault: InjectedFault, seen: { tokens: number }): number | undefined {
  const afterTokens = afterTokensOf(fault)
  const index = batch.chunks.findIndex((chunk) => {
    if (fault.type === 'missing_end') return chunk.type === 'finish'
    return isToken(chunk) && seen.tokens++ >= afterTokens
  })
  return index === -1 ? undefined : index
}

function isToken(chunk: ChatChunk): boolean {
  return chunk.type === 'text-delta' || chunk.type === 'tool-call-delta' || chunk.type === 'reasoning-delta'
}

async function* withFault(batches: AsyncIterable<ChunkBatch>, fault: InjectedFault, context: FaultContext): AsyncGenerator<ChunkBatch> {
  const seen = { tokens: 0 }
  let stalled = false
  for await (const batch of batches) {
    const index = stalled ? undefined : indexIn(batch, fault, seen)
    if (index !== undefined && fault.type !== 'stall') {
      const chunks = batch.chunks.slice(0, index)
      if (chunks.length > 0) yield { chunks }
      throw errorOf(fault, context)
    }
    if (index !== undefined) {
      await stall(context)
      stalled = true
    }
    yield batch
  }
}

async function injectIntoWhole<Answer extends AnyAnswer>(
  fault: InjectedFault,
  context: FaultContext<Answer>,
  proceed: () => Promise<Answer>,
): Promise<Answer> {
  if (fault.type !== 'stall') throw errorOf(fault, context)
  await delay(context, Number.POSITIVE_INFINITY)
  return proceed()
}

/** Breaks or stops an answer that has begun. A failure before the first content can still be retried elsewhere. */
export async function injectStreamFault<Answer extends AnyAnswer>(fault: InjectedFault, context: FaultContext<Answer>): Promise<Answer> {
  if (!context.isStream) return injectIntoWhole(fault, context, context.proceed)
  const answer = await context.proceed()
  if (answer.type === 'whole') return injectIntoWhole(fault, context, async () => answer)
  return { ...answer, batches: await holdUntilCommit(withFault(answer.batches, fault, context)) }
}
