import type { Writable } from 'node:stream'

/** Bytes that wait for a reader who does not read; what comes on top is lost. */
const maxWaitingBytes = 4 * 1024 * 1024

/** Standard output or standard error, as the program writes to it. */
export interface Output {
  readonly write: (text: string) => void
  /** Lines that nobody can read. */
  readonly lostLines: () => number
}

function linesOf(text: string): number {
  let lines = 0
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) lines++
  return Math.max(1, lines)
}

/**
 * Writes to a standard stream so that whoever reads it can neither end nor hold up the process: a reader that has left (EPIPE), a full disk
 * (ENOSPC) and a pipe that nobody empties lose lines, which are counted. A disk that has room again gets the next ones.
 */
export function createOutput(stream: Pick<Writable, 'write' | 'on' | 'writableLength'>): Output {
  let lost = 0
  // Without a listener the first error ends the process. What failed is counted where it was written.
  stream.on('error', () => undefined)
  return {
    write: (text) => {
      if (stream.writableLength > maxWaitingBytes) {
        lost += linesOf(text)
        return
      }
      stream.write(text, (error) => {
        if (error !== null && error !== undefined) lost += linesOf(text)
      })
    },
    lostLines: () => lost,
  }
}
