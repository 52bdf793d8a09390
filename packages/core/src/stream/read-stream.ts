import type { AttemptTimeouts } from '../call/attempt-timeouts.ts'
import type { ChunkBatch } from '../chat/answer.ts'
import type { ChatChunk } from '../chat/chunk.ts'
import { invalidResponse, type ProviderError } from '../errors/provider-error.ts'
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

const trailingUsageTimeout = Symbol('trailing usage timeout')
/** What a provider may send before its first content: more says nothing and would only fill memory. */
const maxHeldBytes = 256 * 1024
const maxHeldBatches = 1_024

/*
 * Reads a provider's stream into checked batches. Idea: one iterator that holds the batches of the last network read and asks
 * for more bytes when they are used up. A plain class and no generator: a generator costs each batch several turns of the
 * microtask queue, and every stream passes here (bench/router.mjs).
 */
class StreamReader implements AsyncIterableIterator<ChunkBatch> {
  private readonly options: StreamReadOptions
  private readonly completeness: Completeness = createCompleteness()
  private batches: readonly ChunkBatch[] = []
  private place = 0
  private isCommitted = false
  private isComplete = false
  private isBodyOver = false
  private isOver = false
  private failure: ProviderError | undefined = undefined
  private isPaused = false

  constructor(options: StreamReadOptions) {
    this.options = options
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<ChunkBatch, undefined>> {
    if (this.isOver) return { done: true, value: undefined }
    try {
      if (this.isPaused) this.options.guard.resume()
      this.isPaused = false
      if (this.failure !== undefined) throw this.failure
      return await this.advance()
    } catch (error) {
      this.close(false)
      throw error
    }
  }

  return(): Promise<IteratorResult<ChunkBatch, undefined>> {
    if (!this.isOver) this.close(false)
    return Promise.resolve({ done: true, value: undefined })
  }

  private async advance(): Promise<IteratorResult<ChunkBatch, undefined>> {
    for (;;) {
      const batch = this.batches[this.place]
      if (batch !== undefined) {
        this.place++
        const sound = this.check(batch)
        if (sound === undefined) continue
        // A slow reader is not the provider's fault.
        this.options.guard.pause()
        this.isPaused = true
        return { done: false, value: sound }
      }
      if (this.failure !== undefined) throw this.failure
      if (this.isBodyOver) return this.finish()
      await this.readMore()
    }
  }

  private async readMore(): Promise<void> {
    const { body, decoder, guard, exchange } = this.options
    if (!this.isComplete && this.completeness.isComplete()) {
      this.isComplete = true
      // Once and for all: a provider that keeps sending wins no more time by it.
      guard.expect(trailingUsageTimeoutMs, () => exchange.abort(trailingUsageTimeout))
    }
    // After the last finish, silence and a broken connection are an end like any other.
    const bytes = this.isComplete ? await body.read().catch(() => undefined) : await body.read()
    const decoded = bytes === undefined ? decoder.end() : decoder.push(bytes)
    this.isBodyOver = decoded.done
    this.batches = decoded.batches
    this.place = 0
  }

  /** Judges a batch; returns the part of it that is sound, if any. */
  private check(batch: ChunkBatch): ChunkBatch | undefined {
    const { guard, exchange, timeouts, onSilence } = this.options
    for (const chunk of batch.chunks) {
      this.completeness.see(chunk)
      if (!this.isCommitted) this.isCommitted = isCommit(chunk)
    }
    // Only events that bring something count as progress: a provider's pings keep no dead answer alive.
    if (this.isCommitted && batch.chunks.length > 0 && !this.completeness.isComplete())
      guard.expect(timeouts.idleMs, () => exchange.abort(onSilence('idle', timeouts.idleMs)))
    const error = errorOf(batch)
    if (error === undefined) return batch
    this.failure = error
    return beforeError(batch)
  }

  private finish(): IteratorResult<ChunkBatch, undefined> {
    this.options.body.release()
    if (!this.completeness.isComplete()) throw incompleteStream()
    this.close(true)
    return { done: true, value: undefined }
  }

  /** Stops the clock, and the upstream call when it has not ended by itself. */
  private close(isEnded: boolean): void {
    this.isOver = true
    this.options.guard.stop()
    if (!isEnded) this.options.exchange.abort(incompleteStream())
  }
}

/**
 * Reads a provider's stream into checked batches. Ends normally only when every choice has finished; a stream that stops
 * short, stalls or says that it failed is thrown. A consumer that leaves early closes the upstream call.
 */
export function readStream(options: StreamReadOptions): AsyncIterableIterator<ChunkBatch> {
  return new StreamReader(options)
}

/**
 * Holds a stream back until its first content, so that a failure before it can still go elsewhere unseen. What was held
 * is played first.
 */
export async function holdUntilCommit(batches: AsyncIterator<ChunkBatch>): Promise<AsyncIterable<ChunkBatch>> {
  const held: ChunkBatch[] = []
  let bytes = 0
  for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
    held.push(next.value)
    if (next.value.chunks.some(isCommit)) break
    bytes += next.value.raw?.length ?? 0
    if (bytes > maxHeldBytes || held.length >= maxHeldBatches) {
      await batches.return?.()
      throw invalidResponse('The stream goes on and on without any content.')
    }
  }
  return { [Symbol.asyncIterator]: () => playback(held, batches) }
}

/** Plain iterator rather than a generator: one hop less per read on the hottest path. */
function playback(held: ChunkBatch[], rest: AsyncIterator<ChunkBatch>): AsyncIterator<ChunkBatch> {
  return {
    next: () => {
      const value = held.shift()
      return value === undefined ? rest.next() : Promise.resolve({ done: false, value })
    },
    return: async () => (await rest.return?.()) ?? { done: true, value: undefined },
  }
}
