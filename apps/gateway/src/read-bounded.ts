import { closeSync, openSync, readSync } from 'node:fs'

const pieceBytes = 64 * 1024

/**
 * The text of a file of at most so many bytes: devices such as `/dev/zero` have no end.
 * @throws the system's error; `EFBIG` for a file that is longer
 */
export function readBounded(file: string | 0, maxBytes: number): string {
  const descriptor = file === 0 ? 0 : openSync(file, 'r')
  try {
    const pieces: Buffer[] = []
    let length = 0
    for (;;) {
      const piece = Buffer.alloc(pieceBytes)
      const read = readSync(descriptor, piece)
      if (read === 0) return Buffer.concat(pieces, length).toString('utf8')
      length += read
      if (length > maxBytes) throw Object.assign(new RangeError(`The file is longer than ${maxBytes} bytes.`), { code: 'EFBIG' })
      pieces.push(piece.subarray(0, read))
    }
  } finally {
    if (descriptor !== 0) closeSync(descriptor)
  }
}
