import { invalidResponse } from '../errors/provider-error.ts'
import { concatBytes, joinLoose } from '../wire/join-raw.ts'

/** Above this the provider is paused until the reader has caught up (docs/resilience.md section 7). */
const highWaterBytes = 256 * 1024

/**
 * Bytes between a socket that pushes and a reader that pulls. A read takes everything that has come, so that many small
 * pieces of one network read become one piece of work and one write.
 */
export interface ByteQueue {
  push(bytes: Uint8Array): void
  end(): void
  fail(error: unknown): void
  read(): Promise<Uint8Array | undefined>
  /** Everything until the end. @throws ProviderError `invalid_response` beyond `maxBytes` */
  readAll(maxBytes: number): Promise<Uint8Array>
  /** Whether the sender should pause. */
  isFull(): boolean
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array | undefined) => void
  readonly reject: (error: unknown) => void
  /** Waits for the end, and for no more than this many bytes. */
  readonly maxBytes: number | undefined
}

type State = { readonly type: 'open' | 'ended' } | { readonly type: 'failed'; readonly error: unknown }

const open: State = { type: 'open' }
const ended: State = { type: 'ended' }

/* A class: every answer of a provider has one (bench/router.mjs). */
class PieceQueue implements ByteQueue {
  private pieces: Uint8Array[] = []
  private joined = 0
  private length = 0
  private state: State = open
  private waiting: Waiting | undefined = undefined
  private isWaking = false
  private readonly onDrained: () => void

  constructor(onDrained: () => void) {
    this.onDrained = onDrained
  }

  push(bytes: Uint8Array): void {
    if (this.state.type !== 'open') return
    this.pieces.push(bytes)
    this.joined = joinLoose(this.pieces, this.joined)
    this.length += bytes.length
    const { waiting } = this
    if (waiting?.maxBytes === undefined) this.schedule()
    else if (this.length > waiting.maxBytes) this.refuse(waiting.maxBytes)
  }

  end(): void {
    if (this.state.type === 'open') this.state = ended
    this.schedule()
  }

  fail(error: unknown): void {
    if (this.state.type === 'failed') return
    this.state = { type: 'failed', error }
    this.schedule()
  }

  read(): Promise<Uint8Array | undefined> {
    if (this.pieces.length > 0) return Promise.resolve(this.take())
    if (this.state.type === 'failed') return Promise.reject(this.state.error)
    if (this.state.type === 'ended') return Promise.resolve(undefined)
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject, maxBytes: undefined }
    })
  }

  readAll(maxBytes: number): Promise<Uint8Array> {
    return new Promise<Uint8Array | undefined>((resolve, reject) => {
      this.waiting = { resolve, reject, maxBytes }
      if (this.length > maxBytes) this.refuse(maxBytes)
      else if (this.state.type !== 'open') this.wake()
      else if (this.length >= highWaterBytes) this.onDrained()
    }) as Promise<Uint8Array> // a reader of everything is never given nothing
  }

  isFull(): boolean {
    return this.waiting?.maxBytes === undefined && this.length >= highWaterBytes
  }

  private refuse(maxBytes: number): void {
    this.pieces = []
    this.joined = 0
    this.length = 0
    this.fail(invalidResponse(`The answer is larger than ${maxBytes} bytes.`))
  }

  private take(): Uint8Array {
    const all = this.pieces.length === 1 && this.pieces[0] !== undefined ? this.pieces[0] : concatBytes(this.pieces)
    const wasFull = this.length >= highWaterBytes
    this.pieces = []
    this.joined = 0
    this.length = 0
    if (wasFull) this.onDrained()
    return all
  }

  /** Wakes the reader in a microtask: all pieces of one socket read are pushed before it runs. */
  private schedule(): void {
    if (this.isWaking || this.waiting === undefined) return
    this.isWaking = true
    queueMicrotask(() => this.wake())
  }

  private wake(): void {
    this.isWaking = false
    const reader = this.waiting
    if (reader === undefined) return
    const { state } = this
    if (reader.maxBytes !== undefined && state.type === 'open') return
    this.waiting = undefined
    if (reader.maxBytes !== undefined && state.type === 'ended') reader.resolve(this.take())
    else if (reader.maxBytes === undefined && this.pieces.length > 0) reader.resolve(this.take())
    else if (state.type === 'failed') reader.reject(state.error)
    else if (state.type === 'ended') reader.resolve(undefined)
    else this.waiting = reader
  }
}

export function createByteQueue(onDrained: () => void): ByteQueue {
  return new PieceQueue(onDrained)
}
