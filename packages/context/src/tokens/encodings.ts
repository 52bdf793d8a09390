import { splitLongRuns } from './split-long-runs.ts'
import type { Encoding } from './token-family.ts'

/** Tokens of a text in one vocabulary. */
export type CountText = (text: string) => number

type Vocabulary = { readonly countTokens: (text: string, options: { readonly disallowedSpecial: Set<string> }) => number }

async function loadVocabulary(encoding: Encoding): Promise<Vocabulary> {
  // Each vocabulary is megabytes: only the one that is needed is loaded.
  switch (encoding) {
    case 'o200k_base':
      return import('gpt-tokenizer/encoding/o200k_base')
    case 'cl100k_base':
      return import('gpt-tokenizer/encoding/cl100k_base')
  }
}

/** Loads a vocabulary. Text that looks like a control token, such as `<|endoftext|>`, is counted as plain text. */
export async function loadEncoding(encoding: Encoding): Promise<CountText> {
  const vocabulary = await loadVocabulary(encoding)
  const options = { disallowedSpecial: new Set<string>() }
  return (text) => splitLongRuns(text).reduce((sum, piece) => sum + vocabulary.countTokens(piece, options), 0)
}
