import { ConditionError } from './condition-error.ts'
import type { Token } from './tokens.ts'

/** A place among the words of a condition. */
export interface TokenCursor {
  readonly peek: () => Token
  readonly next: () => Token
  readonly isAt: (...texts: readonly string[]) => boolean
  /** Goes past the word or symbol if it stands here, in any case. */
  readonly take: (...texts: readonly string[]) => Token | undefined
  /** @throws ConditionError when it does not stand here */
  readonly expect: (text: string, ...instead: readonly string[]) => Token
}

function isOneOf(token: Token, texts: readonly string[]): boolean {
  return (token.type === 'word' || token.type === 'symbol') && texts.includes(token.text.toLowerCase())
}

function shown(token: Token): string {
  return token.type === 'end' ? 'end of condition' : JSON.stringify(token.text)
}

/** An error about the word that stands somewhere. */
export function unexpected(token: Token, allowed: readonly string[], found = shown(token)): ConditionError {
  return new ConditionError({ position: token.position, found, allowed })
}

/** A cursor at the first of some words, of which the last is an `end`. */
export function createTokenCursor(tokens: readonly Token[]): TokenCursor {
  let index = 0
  const peek = (): Token => tokens[index] ?? { type: 'end', text: '', position: 1 }
  const next = (): Token => {
    const token = peek()
    if (token.type !== 'end') index++
    return token
  }
  const take = (...texts: readonly string[]): Token | undefined => (isOneOf(peek(), texts) ? next() : undefined)
  return {
    peek,
    next,
    isAt: (...texts) => isOneOf(peek(), texts),
    take,
    expect: (text, ...instead) => {
      const token = take(text)
      if (token === undefined) throw unexpected(peek(), [`"${text}"`, ...instead])
      return token
    },
  }
}
