import { loadEncoding } from './encodings.ts'
import { familyNamed, selectTokenFamily } from './select-token-family.ts'
import type { TokenFamily, TokenFamilyName } from './token-family.ts'

/** Counts tokens as one model family does. */
export interface TokenCounter {
  readonly family: TokenFamilyName
  /** Whether texts are counted by the family's own vocabulary, or estimated by a near one. */
  readonly exact: boolean
  /** Tokens of a text, or of several together: an estimate is rounded up once, at the end. */
  readonly count: (text: string | readonly string[]) => number
}

export interface TokenCounterOptions {
  /** A model id, with or without its provider (`openai/gpt-4o`). `undefined` counts as for an unknown model. */
  readonly model?: string | undefined
}

async function counterOf(family: TokenFamily): Promise<TokenCounter> {
  const { name, encoding, factor, exact } = family
  const countText = await loadEncoding(encoding)
  const sum = (texts: readonly string[]): number => texts.reduce((total, text) => total + countText(text), 0)
  // The correction keeps 100 × 1.1 from being rounded up to 111.
  return { family: name, exact, count: (text) => Math.max(0, Math.ceil(sum(typeof text === 'string' ? [text] : text) * factor - 1e-9)) }
}

/**
 * A counter for a model; a plain string is the model's id. Loads the vocabulary on first use: about 0.25 s and 100 MB of
 * memory for the newer one.
 *
 * @example
 * const counter = await createTokenCounter({ model: 'openai/gpt-4o' })
 * counter.count('Hello, world!') // 4
 */
export async function createTokenCounter(options: TokenCounterOptions | string = {}): Promise<TokenCounter> {
  const model = typeof options === 'string' ? options : options.model
  return counterOf(model === undefined ? familyNamed('other') : selectTokenFamily(model))
}

/** Tokens of one text as a family counts it. For many texts, keep a counter. */
export async function countTokens(text: string, family: TokenFamilyName): Promise<number> {
  const counter = await counterOf(familyNamed(family))
  return counter.count(text)
}
