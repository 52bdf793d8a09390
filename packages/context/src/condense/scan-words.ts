import { cue } from './cue-words.table.ts'
import { conceptOf, type Lexicon } from './lexicon.ts'
import { findItems, type SalientItem } from './salient-items.ts'

/** What the words of a sentence say about it. */
export interface WordScan {
  /** Numbers of the content stems, each once, in order of appearance. */
  readonly concepts: readonly number[]
  readonly items: readonly SalientItem[]
  /** Bits of `cue`. */
  readonly cues: number
  readonly wordCount: number
  /** Stems that ask for nothing in particular ("please", "summarize"). */
  readonly requestConcepts: readonly number[]
}

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu
const unspacedScript = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/

/** Words of scripts without spaces: every two neighbouring characters stand for one. */
function pairsOf(run: string): readonly number[] {
  if (run.length === 1) return [conceptOf(run)]
  return Array.from({ length: run.length - 1 }, (_, index) => conceptOf(run.slice(index, index + 2)))
}

interface Tally {
  readonly concepts: Set<number>
  readonly requests: Set<number>
  cues: number
  wordCount: number
}

function onWord(written: string, lexicon: Lexicon, tally: Tally): void {
  tally.wordCount++
  if (unspacedScript.test(written)) {
    for (const concept of pairsOf(written)) tally.concepts.add(concept)
    return
  }
  const word = lexicon.lookUp(written)
  tally.cues |= word.cues
  if (word.isStop) return
  if (word.isRequest) tally.requests.add(word.concept)
  tally.concepts.add(word.concept)
}

/** Reads the words, numbers and names of a sentence. */
export function scanWords(text: string, lexicon: Lexicon): WordScan {
  const tally: Tally = { concepts: new Set(), requests: new Set(), cues: 0, wordCount: 0 }
  for (const written of text.match(wordPattern) ?? []) onWord(written, lexicon, tally)
  const { concepts, requests, cues, wordCount } = tally
  return { concepts: [...concepts], items: findItems(text), cues, wordCount, requestConcepts: [...requests] }
}

export function hasCue(cues: number, name: keyof typeof cue): boolean {
  return (cues & cue[name]) !== 0
}
