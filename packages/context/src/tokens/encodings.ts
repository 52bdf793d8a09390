import { splitLongRuns } from './split-long-runs.ts'
import type { Encoding } from './token-family.ts'

/** Tokens of a text in one vocabulary. */
export type CountText = (text: string) => number

interface Vocabulary {
  readonly countTokens: (text: string, options: { readonly disallowedSpecial: Set<string> }) => number
  readonly setMergeCacheSize: (size: number) => void
  readonly clearMergeCache: () => void
}

/** Characters after which a vocabulary forgets the words that it has merged. At least three are a word of its cache: 50 MB at most. */
const charactersUntilClear = 1_000_000

async function loadVocabulary(encoding: Encoding): Promise<Vocabulary> {
  // Each vocabulary is megabytes: only the one that is needed is loaded.
  switch (encoding) {
    case 'o200k_base':
      return import('gpt-tokenizer/encoding/o200k_base')
    case 'cl100k_base':
      return import('gpt-tokenizer/encoding/cl100k_base')
  }
}

/** Characters that each vocabulary has counted since it forgot its words: it is one module, however often it is loaded. */
const counted = new WeakMap<Vocabulary, number>()

function forgetInTime(vocabulary: Vocabulary, characters: number): void {
  const sum = (counted.get(vocabulary) ?? 0) + characters
  if (sum > charactersUntilClear) vocabulary.clearMergeCache()
  counted.set(vocabulary, sum > charactersUntilClear ? 0 : sum)
}

/** Loads a vocabulary. Text that looks like a control token, such as `<|endoftext|>`, is counted as plain text. */
export async function loadEncoding(encoding: Encoding): Promise<CountText> {
  const vocabulary = await loadVocabulary(encoding)
  const options = { disallowedSpecial: new Set<string>() }
  // The library forgets the oldest word for each new one, which takes it ever longer (gpt-tokenizer 4.0.0): all at once is cheaper.
  vocabulary.setMergeCacheSize(Number.POSITIVE_INFINITY)
  return (text) => {
    forgetInTime(vocabulary, text.length)
    return splitLongRuns(text).reduce((sum, piece) => sum + vocabulary.countTokens(piece, options), 0)
  }
}
