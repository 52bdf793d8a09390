import { invalidResponse } from '../errors/provider-error.ts'
import { concatBytes, joinLoose } from '../wire/join-raw.ts'
import type { ByteSource } from './transport.ts'

async function readPieces(source: ByteSource, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  let joined = 0
  for (let piece = await source.read(); piece !== undefined; piece = await source.read()) {
    length += piece.length
    if (length > maxBytes) {
      source.release()
      throw invalidResponse(`The answer is larger than ${maxBytes} bytes.`)
    }
    pieces.push(piece)
    joined = joinLoose(pieces, joined)
  }
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : concatBytes(pieces)
}

/** Reads a body to its end. @throws ProviderError `invalid_response` when it exceeds `maxBytes`. */
export function readBody(source: ByteSource, maxBytes: number): Promise<Uint8Array> {
  return source.readAll === undefined ? readPieces(source, maxBytes) : source.readAll(maxBytes)
}
