import { concatBytes } from '../wire/join-raw.ts'

/** Above this the provider is paused until the reader has caught up (docs/resilience.md section 7). */
const highWaterBytes = 256 * 1024

/**
 * Bytes between a socket that pushes and a reader that pulls. A read takes everything that has come, so that many small
 * pieces of one network read become one piece of work and one write.
 */
export interface ByteQueue {
  readonly push: (bytes: Uint8Array) => void
  readonly end: () => void
  readonly fail: (error: unknown) => void
  readonly read: () => Promise<Uint8Array | undefined>
  readonly isFull: () => boolean
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array | undefined) => void
  readonly reject: (error: unknown) => void
}

export function createByteQueue(onDrained: () => void): ByteQueue {
  let pieces: Uint8Array[] = []
  let length = 0
  let state: { readonly type: 'open' } | { readonly type: 'ended' } | { readonly type: 'failed'; readonly error: unknown } = {
    type: 'open',
  }
  let waiting: Waiting | undefined
  let waking = false

  const take = (): Uint8Array => {
    const all = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : concatBytes(pieces)
    const wasFull = length >= highWaterBytes
    pieces = []
    length = 0
    if (wasFull) onDrained()
    return all
  }
  const wake = (): void => {
    waking = false
    const reader = waiting
    if (reader === undefined) return
    waiting = undefined
    if (pieces.length > 0) reader.resolve(take())
    else if (state.type === 'failed') reader.reject(state.error)
    else if (state.type === 'ended') reader.resolve(undefined)
    else waiting = reader
  }
  // Woken in a microtask: all pieces of one socket read are pushed before it runs.
  const schedule = (): void => {
    if (waking || waiting === undefined) return
    waking = true
    queueMicrotask(wake)
  }
  return {
    push: (bytes) => {
      if (state.type !== 'open') return
      pieces.push(bytes)
      length += bytes.length
      schedule()
    },
    end: () => {
      if (state.type === 'open') state = { type: 'ended' }
      schedule()
    },
    fail: (error) => {
      if (state.type === 'failed') return
      state = { type: 'failed', error }
      schedule()
    },
    read: () => {
      if (pieces.length > 0) return Promise.resolve(take())
      if (state.type === 'failed') return Promise.reject(state.error)
      if (state.type === 'ended') return Promise.resolve(undefined)
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
      })
    },
    isFull: () => length >= highWaterBytes,
  }
}
