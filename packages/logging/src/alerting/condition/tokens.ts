import { ConditionError } from './condition-error.ts'

export type TokenType = 'number' | 'word' | 'string' | 'symbol' | 'end'

/** One word of a condition. */
export interface Token {
  readonly type: TokenType
  /** As written; the content of a string without its quotes. */
  readonly text: string
  /** Counted from 1. */
  readonly position: number
}

/** Far more than a person writes. */
const maxLength = 2_000

/** One class repeated at a time: linear, whatever the text. */
const pattern =
  /\s*(?:(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:[A-Za-z]+|%)?)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<symbol>&&|\|\||[<>=!]=|[<>=!(){}[\],+*/-]))/y

function toToken(groups: Readonly<Record<string, string | undefined>>, position: number): Token {
  const { number, word, symbol } = groups
  if (number !== undefined) return { type: 'number', text: number, position }
  if (word !== undefined) return { type: 'word', text: word, position }
  if (symbol !== undefined) return { type: 'symbol', text: symbol, position }
  return { type: 'string', text: groups['double'] ?? groups['single'] ?? '', position }
}

function strange(text: string, offset: number): ConditionError {
  const found = text.slice(offset).trimStart()
  const position = text.length - found.length + 1
  const isQuote = found.startsWith('"') || found.startsWith("'")
  const allowed = isQuote ? ['a closing quote'] : ['a name', 'a number', 'an operator']
  return new ConditionError({ position, found: isQuote ? 'a string without end' : JSON.stringify([...found][0]), allowed })
}

/**
 * The words of a condition, an `end` behind them.
 *
 * @throws ConditionError at a character that has no meaning, and for more than 2,000 characters
 */
export function toTokens(text: string): readonly Token[] {
  if (text.length > maxLength) {
    throw new ConditionError({ position: maxLength + 1, found: `${text.length} characters`, allowed: [`at most ${maxLength}`] })
  }
  const tokens: Token[] = []
  const end = text.trimEnd().length
  let offset = 0
  while (offset < end) {
    pattern.lastIndex = offset
    const found = pattern.exec(text)
    if (found === null) throw strange(text, offset)
    const spaces = found[0].length - found[0].trimStart().length
    tokens.push(toToken(found.groups ?? {}, offset + spaces + 1))
    offset = pattern.lastIndex
  }
  return [...tokens, { type: 'end', text: '', position: end + 1 }]
}
