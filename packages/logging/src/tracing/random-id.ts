import { randomFillSync } from 'node:crypto'

const bytesPerId = 16
const block = Buffer.alloc(256 * bytesPerId)
let offset = block.length

/** 32 lower-case hexadecimal characters. Draws randomness for 256 of them at once. */
export function randomId(): string {
  if (offset === block.length) {
    randomFillSync(block)
    offset = 0
  }
  offset += bytesPerId
  return block.toString('hex', offset - bytesPerId, offset)
}
