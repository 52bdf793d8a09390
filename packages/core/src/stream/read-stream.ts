import type { AttemptTimeouts } from '../call/attempt-timeouts.ts'
import type { ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import { badAnswer, type ProviderError } from '../errors/provider-error.ts'
import type { ByteSource, TransportExchange } from '../transport/transport.ts'
import { type Completeness, createCompleteness, incompleteStream } from './completeness.ts'
import type { StreamDecoder } from './decode-stream.ts'
import type { StallGuard } from './stall-guard.ts'

/** After the last finish a provider has this long for usage and its end mark; then the answer counts as ended. */
const trailingUsageTimeoutMs = 1_000

export interface StreamReadOptions {
  readonly body: ByteSource
  readonly decoder: StreamDecoder
  readonly guard: StallGuard
  readonly exchange: TransportExchange
  readonly timeouts: AttemptTimeouts
  readonly onSilence: (limit: 'idle', ms: number) => ProviderError
}

/** The first chunk that a client can see, and after which nothing can be taken back. */
function isCommit(chunk: ChatChunk): boolean {
  switch (chunk.type) {
    case 'start':
    case 'usage':
    case 'error':
      return false
    case 'text-delta':
    case 'refusal-delta':
      return chunk.text !== ''
    default:
      return true
  }
}

function errorOf(batch: ChunkBatch): ProviderError | undefined {
  const chunk = batch.chunks.find((candidate) => candidate.type === 'error')
  return chunk?.type === 'error' ? chunk.error : undefined
}

/** The part of a failing batch that came before its failure. */
function beforeError(batch: ChunkBatch): ChunkBatch | undefined {
  const chunks = batch.chunks.slice(
    0,
    batch.chunks.findIndex((chunk) => chunk.type === 'error'),
  )
  return chunks.length > 0 ? { chunks } : undefined
}

const lingered = Symbol('lingered')
/** What a provider may send before its first content: more says nothing and would only fill memory. */
const maxHeldBytes = 256 * 1024
const maxHeldBatches = 1_024

/** The decoder's batches one by one, and whether the body has ended. */
async function* readBatches(parts: StreamReadOptions, completeness: Completeness): AsyncGenerator<ChunkBatch> {
  const { body, decoder, guard, exchange } = parts
  let complete = false
  for (let done = false; !done; ) {
    if (!complete && completeness.isComplete()) {
      complete = true
      // Once and for all: whoever goes on sending wins no more time by it.
      guard.expect(trailingUsageTimeoutMs, () => exchange.abort(lingered))
    }
    // After the last finish, silence and a broken connection are an end like any other.
    const bytes = complete ? await body.read().catch(() => undefined) : await body.read()
    const decoded = bytes === undefined ? decoder.end() : decoder.push(bytes)
    done = decoded.done
    for (const batch of decoded.batches) yield batch
  }
  body.release()
}

/**
 * Reads a provider's stream into checked batches. Ends normally only when every choice has finished; a stream that stops
 * short, stalls or says that it failed is thrown. A consumer that leaves early closes the upstream call.
 */
export async function* readStream(parts: StreamReadOptions): AsyncGenerator<ChunkBatch> {
  const { guard, exchange, timeouts } = parts
  const completeness = createCompleteness()
  let committed = false
  let ended = false
  try {
    for await (const batch of readBatches(parts, completeness)) {
      for (const chunk of batch.chunks) completeness.see(chunk)
      committed ||= batch.chunks.some(isCommit)
      // Only events that bring something count as progress: a provider's pings keep no dead answer alive.
      if (committed && batch.chunks.length > 0 && !completeness.isComplete())
        guard.expect(timeouts.idleMs, () => exchange.abort(parts.onSilence('idle', timeouts.idleMs)))
      const error = errorOf(batch)
      const sound = error === undefined ? batch : beforeError(batch)
      // A reader who takes his time is no fault of the provider's.
      guard.pause()
      if (sound !== undefined) yield sound
      guard.resume()
      if (error !== undefined) throw error
    }
    if (!completeness.isComplete()) throw incompleteStream()
    ended = true
  } finally {
    guard.stop()
    if (!ended) exchange.abort(incompleteStream())
  }
}

/**
 * Holds a stream back until its first content, so that a failure before it can still go elsewhere unseen. What was held
 * is played first.
 */
export async function holdUntilCommit(batches: AsyncGenerator<ChunkBatch>): Promise<AsyncIterable<ChunkBatch>> {
  const held: ChunkBatch[] = []
  let bytes = 0
  for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
    held.push(next.value)
    if (next.value.chunks.some(isCommit)) break
    bytes += next.value.raw?.length ?? 0
    if (bytes > maxHeldBytes || held.length >= maxHeldBatches) {
      await batches.return(undefined)
      throw badAnswer('The stream goes on and on without any content.')
    }
  }
  return { [Symbol.asyncIterator]: () => playback(held, batches) }
}

/** Plain iterator rather than a generator: one hop less per read on the hottest path. */
function playback(held: ChunkBatch[], rest: AsyncGenerator<ChunkBatch>): AsyncIterator<ChunkBatch> {
  return {
    next: () => {
      const value = held.shift()
      return value === undefined ? rest.next() : Promise.resolve({ done: false, value })
    },
    return: () => rest.return(undefined),
  }
}
