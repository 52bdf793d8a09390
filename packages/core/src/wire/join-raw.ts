/** Copies pieces into one. */
export function concatBytes(pieces: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const piece of pieces) length += piece.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const piece of pieces) {
    joined.set(piece, offset)
    offset += piece.length
  }
  return joined
}

const maxLoosePieces = 1_024

/**
 * Joins the pieces behind the first `joined` when there are many: a piece of one byte takes a hundred times its size. Returns how many are joined
 * now. Each byte is copied once, however small the pieces are.
 */
export function joinLoose(pieces: Uint8Array[], joined: number): number {
  if (pieces.length - joined < maxLoosePieces) return joined
  pieces.push(concatBytes(pieces.splice(joined)))
  return joined + 1
}

function isAdjacent(before: Uint8Array, after: Uint8Array): boolean {
  return before.buffer === after.buffer && before.byteOffset + before.length === after.byteOffset
}

/** One view over pieces that lie side by side in memory, as events of one read do; a copy when they do not. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const first = pieces[0]
  if (first === undefined) return new Uint8Array(0)
  if (pieces.length === 1) return first
  let length = first.length
  for (let index = 1; index < pieces.length; index++) {
    const before = pieces[index - 1]
    const after = pieces[index]
    if (before === undefined || after === undefined || !isAdjacent(before, after)) return concatBytes(pieces)
    length += after.length
  }
  return new Uint8Array(first.buffer, first.byteOffset, length)
}
