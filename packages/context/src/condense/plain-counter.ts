import { familyNamed } from '../tokens/select-token-family.ts'
import type { TokenCounter } from '../tokens/token-counter.ts'

/*
 * A family's counts are those of a vocabulary times a factor, rounded up once a text. Sums of rounded counts drift, so everything here is
 * counted in tokens of the vocabulary (plain tokens), which add up, and turned into the family's own at the end.
 */
export interface PlainCounter {
  /** Plain tokens of a text. */
  readonly count: (text: string) => number
  /** The same, for texts that are likely to be counted again. */
  readonly countAgain: (text: string) => number
  /** The family's tokens of so many plain ones. */
  readonly toFamily: (plainTokens: number) => number
  /** The most plain tokens within so many of the family's. */
  readonly fromFamily: (familyTokens: number) => number
}

const rounding = 1e-9
/** Counts that are remembered; then all are forgotten, which is cheaper than to know which was used last. */
const mostRemembered = 20_000
const longestRemembered = 2_000

function remembering(count: (text: string) => number): (text: string) => number {
  const known = new Map<string, number>()
  return (text) => {
    const tokens = known.get(text) ?? count(text)
    if (text.length > longestRemembered) return tokens
    if (known.size >= mostRemembered) known.clear()
    known.set(text, tokens)
    return tokens
  }
}

export function createPlainCounter(counter: TokenCounter): PlainCounter {
  const { factor } = familyNamed(counter.family)
  const toFamily = (plainTokens: number): number => Math.max(0, Math.ceil(plainTokens * factor - rounding))
  // With factors from 1 on, rounding up and dividing by the factor loses less than one token.
  const fromFamily = (familyTokens: number): number => Math.floor(familyTokens / factor + rounding)
  const count = (text: string): number => fromFamily(counter.count(text))
  return { count, countAgain: remembering(count), toFamily, fromFamily }
}
