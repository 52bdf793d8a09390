/** A log of the run, line by line, with a hash. */
export interface Transcript {
  readonly note: (atMs: number, line: string) => void
  /** Empty when the lines are not kept. */
  readonly lines: readonly string[]
  /** 16 hexadecimal characters over all lines; equal runs have equal hashes. */
  readonly hash: () => string
}

const prime = 0x01000193

/** Hashes with two FNV-1a sums. 64 bits are enough to distinguish runs; the hash is not cryptographic. */
export function createTranscript(startMs: number, keepLines: boolean): Transcript {
  const lines: string[] = []
  let low = 0x811c9dc5
  let high = 0xcbf29ce4

  const add = (text: string): void => {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      low = Math.imul(low ^ code, prime)
      high = Math.imul(high ^ (code + 1), prime) + 1
    }
  }
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0')
  return {
    lines,
    note: (atMs, line) => {
      const text = `${atMs - startMs} ${line}`
      add(text)
      if (keepLines) lines.push(text)
    },
    hash: () => hex(high) + hex(low),
  }
}
