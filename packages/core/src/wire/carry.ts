import { concatBytes } from './join-raw.ts'
import { tooLarge } from './wire-error.ts'

/** Bytes that do not make a whole event yet. */
export interface Carry {
  readonly append: (bytes: Uint8Array) => void
  /** Everything kept so far and then `bytes`; the carry is empty afterwards. Copies only when something was kept. */
  readonly take: (bytes: Uint8Array) => Uint8Array
  readonly length: () => number
}

/** Keeps pieces in a list and joins them once, so that an event in a thousand pieces costs what its bytes cost. */
export function createCarry(maxBytes: number): Carry {
  let pieces: Uint8Array[] = []
  let length = 0
  return {
    append: (bytes) => {
      if (bytes.length === 0) return
      length += bytes.length
      if (length > maxBytes) throw tooLarge(maxBytes)
      pieces.push(bytes)
    },
    take: (bytes) => {
      if (pieces.length === 0) return bytes
      const all = concatBytes([...pieces, bytes])
      pieces = []
      length = 0
      return all
    },
    length: () => length,
  }
}
