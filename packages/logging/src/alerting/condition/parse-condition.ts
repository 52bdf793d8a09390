import type { Condition } from './condition.ts'
import { parseExpression } from './parse-expression.ts'
import { parseDuration } from './parse-number.ts'
import { parseWindow } from './parse-signal.ts'
import { createTokenCursor, type TokenCursor, unexpected } from './token-cursor.ts'
import { type Token, toTokens } from './tokens.ts'

interface Clauses {
  readonly forMs?: number | undefined
  readonly windowMs?: number | undefined
}

const holdLimits = { minMs: 0, maxMs: 86_400_000, said: 'at most 24h' }

function isClause(token: Token): boolean {
  return token.type === 'word' && /^(?:for|over)$/i.test(token.text)
}

function parseClause(cursor: TokenCursor, before: Clauses): Clauses {
  const word = cursor.next()
  const isFor = word.text.toLowerCase() === 'for'
  if ((isFor ? before.forMs : before.windowMs) !== undefined) throw unexpected(word, [`"${word.text}" once`])
  return isFor ? { ...before, forMs: parseDuration(cursor, holdLimits) } : { ...before, windowMs: parseWindow(cursor) }
}

/** `for 2m over 5m`, in either order, up to the end. */
function parseClauses(tokens: readonly Token[]): Clauses {
  const cursor = createTokenCursor(tokens)
  let clauses: Clauses = {}
  while (cursor.isAt('for', 'over')) clauses = parseClause(cursor, clauses)
  if (cursor.peek().type !== 'end') throw unexpected(cursor.peek(), ['"for"', '"over"', 'the end'])
  return clauses
}

/**
 * Reads a condition: comparisons of signals, joined by `and`, `or`, `not` and brackets, with `+ - * /`, durations (`5s`) and percentages (`50%`);
 * then `for 2m`, how long it has to hold, and `over 5m`, how far signals look back that name no window themselves (`error_rate[1h]`). Linear in
 * the text.
 *
 * @throws ConditionError with the position, what was found there and what could stand there
 *
 * @example
 * parseCondition('error_rate{provider="openai"} > 5% and requests > 20 for 2m')
 */
export function parseCondition(text: string): Condition {
  const tokens = toTokens(text)
  const clauseIndex = tokens.findIndex(isClause)
  const clauses = clauseIndex < 0 ? {} : parseClauses(tokens.slice(clauseIndex))
  const cursor = createTokenCursor(tokens)
  const expression = parseExpression(cursor, clauses.windowMs)
  const rest = cursor.peek()
  if (rest.type !== 'end' && !isClause(rest)) throw unexpected(rest, ['"and"', '"or"', '"for"', '"over"', 'the end'])
  return { text, expression, forMs: clauses.forMs ?? 0 }
}
