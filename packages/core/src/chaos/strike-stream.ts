import type { ChatAnswer, ChunkBatch, StreamAnswer } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import { silence } from '../providers/provider-failure.ts'
import { holdUntilCommit } from '../stream/read-stream.ts'
import { afterTokensOf, type Fault } from './fault.ts'
import { broken, holdUp, type Victim } from './victim.ts'

/** How an answer goes wrong, from the moment the fault strikes. Never comes back. */
async function fail(fault: Fault, victim: Victim): Promise<never> {
  const { target, call, deps } = victim
  switch (fault.type) {
    case 'stall':
      await deps.sleep({ ...target.provider.timeouts, ...call.limits }.idleMs, call.signal)
      throw silence(target.provider.name, 'no event')
    case 'malformed':
      throw broken(victim, 'bad_answer', 'events that can’t be read')
    case 'missing_end':
      throw broken(victim, 'bad_answer', 'the stream ended before the answer was complete')
    default:
      throw broken(victim, 'connection', 'the stream was cut')
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
  for await (const batch of batches) {
    const place = placeIn(batch, fault, seen)
    if (place === undefined) yield batch
    else {
      const chunks = batch.chunks.slice(0, place)
      if (chunks.length > 0) yield { chunks }
      await fail(fault, victim)
    }
  }
}

async function strikeWhole(fault: Fault, victim: Victim): Promise<ChatAnswer> {
  if (fault.type === 'stall') await holdUp(victim, Number.POSITIVE_INFINITY)
  return fail(fault, victim)
}

/** Lets an answer begin and then spoils it. What fails before the first content still goes elsewhere unseen. */
export async function strikeStream(fault: Fault, victim: Victim): Promise<ChatAnswer> {
  if (!victim.isStream) return strikeWhole(fault, victim)
  const answer = await victim.proceed()
  if (answer.type === 'whole') return strikeWhole(fault, victim)
  const spoilt: StreamAnswer = { ...answer, batches: await holdUntilCommit(disturbed(answer.batches, fault, victim)) }
  return spoilt
}
