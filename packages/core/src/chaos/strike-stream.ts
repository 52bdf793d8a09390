import type { ChatAnswer, ChunkBatch, StreamAnswer } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import type { ProviderError } from '../errors/provider-error.ts'
import { holdUntilCommit } from '../stream/read-stream.ts'
import { afterTokensOf, type Fault } from './fault.ts'
import { broken, holdUp, stall, type Victim } from './victim.ts'

/** How an answer goes wrong, from the moment the fault strikes. */
function failureOf(fault: Fault, victim: Victim): ProviderError {
  switch (fault.type) {
    case 'malformed':
      return broken(victim, 'bad_answer', 'events that can’t be read')
    case 'missing_end':
      return broken(victim, 'bad_answer', 'the stream ended before the answer was complete')
    default:
      return broken(victim, 'connection', 'the stream was cut')
  }
}

/** Where in a batch the fault strikes: chunks before it go on; `undefined` when it is not yet time. */
function placeIn(batch: ChunkBatch, fault: Fault, seen: { tokens: number }): number | undefined {
  const strikesAt = afterTokensOf(fault)
  const place = batch.chunks.findIndex((chunk) => {
    if (fault.type === 'missing_end') return chunk.type === 'finish'
    return isToken(chunk) && seen.tokens++ >= strikesAt
  })
  return place === -1 ? undefined : place
}

function isToken(chunk: ChatChunk): boolean {
  return chunk.type === 'text-delta' || chunk.type === 'tool-call-delta' || chunk.type === 'reasoning-delta'
}

async function* disturbed(batches: AsyncIterable<ChunkBatch>, fault: Fault, victim: Victim): AsyncGenerator<ChunkBatch> {
  const seen = { tokens: 0 }
  let stalled = false
  for await (const batch of batches) {
    const place = stalled ? undefined : placeIn(batch, fault, seen)
    if (place !== undefined && fault.type !== 'stall') {
      const chunks = batch.chunks.slice(0, place)
      if (chunks.length > 0) yield { chunks }
      throw failureOf(fault, victim)
    }
    if (place !== undefined) {
      await stall(victim)
      stalled = true
    }
    yield batch
  }
}

async function strikeWhole(fault: Fault, victim: Victim, proceed: Victim['proceed']): Promise<ChatAnswer> {
  if (fault.type !== 'stall') throw failureOf(fault, victim)
  await holdUp(victim, Number.POSITIVE_INFINITY)
  return proceed()
}

/** Lets an answer begin and then spoils it. What fails before the first content still goes elsewhere unseen. */
export async function strikeStream(fault: Fault, victim: Victim): Promise<ChatAnswer> {
  if (!victim.isStream) return strikeWhole(fault, victim, victim.proceed)
  const answer = await victim.proceed()
  if (answer.type === 'whole') return strikeWhole(fault, victim, async () => answer)
  const spoilt: StreamAnswer = { ...answer, batches: await holdUntilCommit(disturbed(answer.batches, fault, victim)) }
  return spoilt
}
