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
}

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu
const unspacedScript = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/

/** Words of scripts without spaces: every two neighbouring characters stand for one. */
function pairsOf(run: string): readonly number[] {
  if (run.length === 1) return [conceptOf(run)]
  return Array.from({ length: run.length - 1 }, (_, index) => conceptOf(run.slice(index, index + 2)))
}

interface Tally {
  readonly concepts: number[]
  cues: number
}

/** Sentences have few words: looking through them is faster than a set. */
const fewConcepts = 40

function onWord(written: string, lexicon: Lexicon, tally: Tally): void {
  if (written.charCodeAt(0) > 0xdff && unspacedScript.test(written)) {
    for (const concept of pairsOf(written)) if (!tally.concepts.includes(concept)) tally.concepts.push(concept)
    return
  }
  const word = lexicon.lookUp(written)
  tally.cues |= word.cues
  if (word.isStop) return
  if (tally.concepts.length > fewConcepts || !tally.concepts.includes(word.concept)) tally.concepts.push(word.concept)
}

/** Reads the words, numbers and names of a sentence. */
export function scanWords(text: string, lexicon: Lexicon): WordScan {
  const tally: Tally = { concepts: [], cues: 0 }
  for (const written of text.match(wordPattern) ?? []) onWord(written, lexicon, tally)
  const concepts = tally.concepts.length > fewConcepts ? [...new Set(tally.concepts)] : tally.concepts
  return { concepts, items: findItems(text), cues: tally.cues }
}

/** The stems of a text that ask for nothing in particular ("please", "summarize"). */
export function requestConcepts(text: string, lexicon: Lexicon): ReadonlySet<number> {
  const words = (text.match(wordPattern) ?? []).map((written) => lexicon.lookUp(written))
  return new Set(words.filter(({ isRequest }) => isRequest).map(({ concept }) => concept))
}

export function hasCue(cues: number, name: keyof typeof cue): boolean {
  return (cues & cue[name]) !== 0
}
