import type { TokenLogprob } from '../../chat/response.ts'
import { hash53 } from '../../hash53.ts'

/** English prose has about four characters a token. */
const charactersPerToken = 4

/** How many tokens a text of the input counts. */
export function inputTokensOf(text: string): number {
  return Math.ceil(text.length / charactersPerToken)
}

/**
 * A text in the demo's tokens: words with the space before them, long ones in pieces. Joined they are the text, to the
 * last blank.
 */
export function toTokens(text: string): readonly string[] {
  return text.match(/\s*\S{1,16}|\s+$/gu) ?? []
}

/** The share of probability, in thousandths, that a token has at least. */
const leastThousandths = 500

function bytesOf(text: string): readonly number[] {
  return [...new TextEncoder().encode(text)]
}

/** Log probabilities of one token: made up of its letters, so that they are the same each time; all shares add up to less than 1. */
export function demoLogprob(token: string, alternatives: number): TokenLogprob {
  const share = (leastThousandths + (hash53(token) % leastThousandths)) / 1000
  const own = { token, logprob: Math.log(share), bytes: bytesOf(token) }
  const others = Array.from({ length: Math.max(0, alternatives - 1) }, (_, rank) => {
    const other = `${token}${rank + 1}`
    return { token: other, logprob: Math.log((1 - share) / 2 ** (rank + 1)), bytes: bytesOf(other) }
  })
  return { ...own, topLogprobs: alternatives > 0 ? [own, ...others] : [] }
}
