import { cueWords } from './cue-words.table.ts'
import { stem } from './stem.ts'
import { requestWords, stopWords } from './stop-words.table.ts'

/** What is known of a word: whether it carries content, the number of its stem and the cues it gives. */
export interface Word {
  /** Number of the stem: a hash, so that no table of all words has to be kept. */
  readonly concept: number
  readonly isStop: boolean
  /** Whether it belongs to how one asks, not to what is asked about. */
  readonly isRequest: boolean
  readonly cues: number
}

export interface Lexicon {
  /** The word as written in a text. Remembered, since texts repeat their words. */
  readonly lookUp: (written: string) => Word
}

/** FNV-1a over UTF-16 units: two words share a number once in four thousand million pairs. */
export function conceptOf(text: string, seed = 0x811c9dc5): number {
  let hash = seed
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash | 0
}

/** Lower case without accents; only letters beyond ASCII pay for it. */
export function fold(word: string): string {
  const lower = word.toLowerCase()
  return /^[\0-\x7f]*$/.test(lower) ? lower : lower.normalize('NFKD').replace(/\p{M}+/gu, '')
}

const mostWords = 50_000

function describe(written: string): Word {
  const folded = fold(written)
  const isStop = stopWords.has(folded) || (folded.length === 1 && folded < '\x80' && !/\d/.test(folded))
  return { concept: conceptOf(stem(folded)), isStop, isRequest: requestWords.has(folded), cues: cueWords.get(folded) ?? 0 }
}

/** Remembers words until there are `mostWords`, then starts anew: bounded without the cost of a list of uses. */
export function createLexicon(): Lexicon {
  let known = new Map<string, Word>()
  return {
    lookUp(written) {
      const found = known.get(written)
      if (found !== undefined) return found
      if (known.size >= mostWords) known = new Map()
      const word = describe(written)
      known.set(written, word)
      return word
    },
  }
}
