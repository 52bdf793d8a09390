import type { ByteSource } from '../transport/transport.ts'
import { concatBytes } from '../wire/join-raw.ts'

/** A body in memory: bytes that are written can be read from `source`. */
export interface BytePipe {
  readonly source: ByteSource
  readonly write: (bytes: Uint8Array) => void
  readonly end: () => void
  /** Breaks the connection: bytes that have arrived can still be read, then reads reject. */
  readonly break: (reason: unknown) => void
  /** Aborts the reader: pending and later reads reject at once. */
  readonly abort: (reason: unknown) => void
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array | undefined) => void
  readonly reject: (reason: unknown) => void
}

export function createBytePipe(onRelease: () => void): BytePipe {
  let held: Uint8Array[] = []
  let closed: { readonly reason?: unknown; readonly failed: boolean } | undefined
  let waiting: Waiting | undefined

  const wake = (settle: (reader: Waiting) => void): void => {
    const reader = waiting
    waiting = undefined
    if (reader !== undefined) settle(reader)
  }
  const close = (how: NonNullable<typeof closed>): void => {
    if (closed !== undefined) return
    closed = how
    wake((reader) => (how.failed ? reader.reject(how.reason) : reader.resolve(undefined)))
  }
  const read = (): Promise<Uint8Array | undefined> => {
    if (held.length === 0) {
      if (closed?.failed === true) return Promise.reject(closed.reason)
      if (closed !== undefined) return Promise.resolve(undefined)
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
      })
    }
    const bytes = concatBytes(held)
    held = []
    return Promise.resolve(bytes)
  }
  return {
    source: { read, release: onRelease },
    write: (bytes) => {
      if (closed !== undefined || bytes.length === 0) return
      if (waiting === undefined) held.push(bytes)
      else wake((reader) => reader.resolve(bytes))
    },
    end: () => close({ failed: false }),
    break: (reason) => close({ failed: true, reason }),
    abort: (reason) => {
      held = []
      if (closed !== undefined) closed = { failed: true, reason }
      else close({ failed: true, reason })
    },
  }
}
