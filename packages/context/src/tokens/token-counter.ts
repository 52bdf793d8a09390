import { type TokenFamily, tokenFamilies } from './families.table.ts'

/** Counts tokens as one model family does. */
export interface TokenCounter {
  /** Whether the count is the family's own, or an estimate by a near vocabulary. */
  readonly exact: boolean
  readonly count: (text: string) => number
}

/*
 * Byte-pair encoding of one unbroken run is quadratic in every library: a hundred thousand letters without a space would
 * hold the event loop for seconds. Runs are cut, which changes the count by less than one token a piece.
 */
const longestRun = 512
const longRun = /\S{513,}/

function pieces(text: string): readonly string[] {
  if (!longRun.test(text)) return [text]
  return text.split(/(?<=\s)(?=\S)/).flatMap((word) => {
    const parts: string[] = []
    for (let start = 0; start < word.length; start += longestRun) parts.push(word.slice(start, start + longestRun))
    return parts
  })
}

type Count = (text: string) => number

async function loadEncoding(encoding: TokenFamily['encoding']): Promise<Count> {
  // Each vocabulary is megabytes: only the one that is needed is loaded. Text that looks like a control token is plain text.
  const loaded =
    encoding === 'o200k_base' ? await import('gpt-tokenizer/encoding/o200k_base') : await import('gpt-tokenizer/encoding/cl100k_base')
  return (text) => loaded.countTokens(text, { disallowedSpecial: new Set() })
}

/** A counter for a model, by its id. Loads the vocabulary on first use (about 0.2 s and 100 MB for the newer one). */
export async function createTokenCounter(model: string): Promise<TokenCounter> {
  const family = tokenFamilies.find(({ pattern }) => pattern.test(model))
  const { encoding, factor } = family ?? { encoding: 'o200k_base', factor: 1.1 }
  const count = await loadEncoding(encoding)
  return {
    exact: factor === 1,
    count: (text) => Math.ceil(pieces(text).reduce((sum, piece) => sum + count(piece), 0) * factor),
  }
}
