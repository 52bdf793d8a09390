import { concatBytes, joinLoose } from './join-raw.ts'
import { tooLarge } from './wire-error.ts'

/** Bytes that do not make a whole event yet. */
export interface Carry {
  readonly append: (bytes: Uint8Array) => void
  /** Returns everything kept so far followed by `bytes`, and empties the carry. Copies only when something was kept. */
  readonly take: (bytes: Uint8Array) => Uint8Array
  readonly length: () => number
}

/** Keeps pieces in a list and joins them once or twice, so that the cost of an event is linear in its bytes. */
export function createCarry(maxBytes: number): Carry {
  let pieces: Uint8Array[] = []
  let joined = 0
  let length = 0
  return {
    append: (bytes) => {
      if (bytes.length === 0) return
      length += bytes.length
      if (length > maxBytes) throw tooLarge(maxBytes)
      pieces.push(bytes)
      joined = joinLoose(pieces, joined)
    },
    take: (bytes) => {
      if (pieces.length === 0) return bytes
      const all = concatBytes([...pieces, bytes])
      pieces = []
      joined = 0
      length = 0
      return all
    },
    length: () => length,
  }
}
