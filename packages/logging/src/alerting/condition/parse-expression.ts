import { unitFault } from './check-units.ts'
import {
  type ArithmeticOperator,
  type BooleanExpression,
  type ComparisonOperator,
  type Expression,
  isBoolean,
  type NumberExpression,
} from './condition.ts'
import { toLiteral } from './parse-number.ts'
import { parseSignal } from './parse-signal.ts'
import { type TokenCursor, unexpected } from './token-cursor.ts'

/*
 * Recursive descent, one function a level of binding: or, and, not, comparison, sum, product, primary. Each word is looked at a bounded number of
 * times, so the time is linear. An expression is known to have a number or to hold as soon as it is read; a wrong kind is refused where it stands.
 */

/** Brackets and signs within each other; far more than a person writes, and far less than the stack bears. */
const maxDepth = 50
const comparisons = ['>', '>=', '<', '<=', '==', '!='] as const

interface Parsing {
  readonly cursor: TokenCursor
  readonly depth: number
  /** The window of signals that name none of their own. */
  readonly windowMs: number | undefined
}

function deeper(parsing: Parsing): Parsing {
  if (parsing.depth >= maxDepth) throw unexpected(parsing.cursor.peek(), [`at most ${maxDepth} brackets within each other`])
  return { ...parsing, depth: parsing.depth + 1 }
}

function requireBoolean(expression: Expression, { cursor }: Parsing): BooleanExpression {
  if (!isBoolean(expression))
    throw unexpected(
      cursor.peek(),
      comparisons.map((operator) => `"${operator}"`),
    )
  return expression
}

/** `parse` reads one that has to have a number; the error names the place where it began. */
function parseNumber(parsing: Parsing, parse: (parsing: Parsing) => Expression): NumberExpression {
  const start = parsing.cursor.peek()
  const expression = parse(parsing)
  if (isBoolean(expression)) throw unexpected(start, ['a number or a signal'], 'a comparison')
  return expression
}

function parseAnomaly(parsing: Parsing): NumberExpression {
  const { cursor, windowMs } = parsing
  cursor.next()
  cursor.expect('(')
  const signal = parseSignal(cursor, windowMs)
  cursor.expect(')')
  return { type: 'anomaly', signal }
}

function parsePrimary(parsing: Parsing): Expression {
  const { cursor, windowMs } = parsing
  const token = cursor.peek()
  if (token.type === 'number') return toLiteral(cursor.next())
  if (token.text === 'anomaly' && token.type === 'word') return parseAnomaly(parsing)
  if (cursor.take('-') !== undefined) return { type: 'negate', operand: parseNumber(deeper(parsing), parsePrimary) }
  if (cursor.take('(') === undefined) return parseSignal(cursor, windowMs)
  const inner = parseOr(deeper(parsing))
  cursor.expect(')')
  return inner
}

function isArithmetic(text: string): text is ArithmeticOperator {
  return text === '+' || text === '-' || text === '*' || text === '/'
}

function parseArithmetic(parsing: Parsing, operators: readonly string[], parseOperand: (parsing: Parsing) => Expression): Expression {
  const start = parsing.cursor.peek()
  let left = parseOperand(parsing)
  for (let token = parsing.cursor.take(...operators); token !== undefined; token = parsing.cursor.take(...operators)) {
    if (isBoolean(left)) throw unexpected(start, ['a number or a signal'], 'a comparison')
    const right = parseNumber(parsing, parseOperand)
    if (isArithmetic(token.text)) left = { type: 'arithmetic', operator: token.text, left, right }
  }
  return left
}

function parseProduct(parsing: Parsing): Expression {
  return parseArithmetic(parsing, ['*', '/'], parsePrimary)
}

function parseSum(parsing: Parsing): Expression {
  return parseArithmetic(parsing, ['+', '-'], parseProduct)
}

function isComparison(text: string): text is ComparisonOperator {
  return comparisons.some((operator) => operator === text)
}

function parseComparison(parsing: Parsing): Expression {
  const { cursor } = parsing
  const start = cursor.peek()
  const left = parseSum(parsing)
  const operator = cursor.take(...comparisons)?.text
  if (operator === undefined || !isComparison(operator)) return left
  if (isBoolean(left)) throw unexpected(start, ['a number or a signal'], 'a comparison')
  const place = cursor.peek()
  const right = parseNumber(parsing, parseSum)
  const fault = unitFault(left, right)
  if (fault !== undefined) throw unexpected(left.type === 'number' ? start : place, [fault])
  return { type: 'comparison', operator, left, right }
}

function parseNot(parsing: Parsing): Expression {
  if (parsing.cursor.take('not', '!') === undefined) return parseComparison(parsing)
  return { type: 'not', operand: requireBoolean(parseNot(deeper(parsing)), parsing) }
}

interface Joint {
  readonly type: 'and' | 'or'
  readonly symbol: string
  readonly parseOperand: (parsing: Parsing) => Expression
}

function parseJoined(parsing: Parsing, { type, symbol, parseOperand }: Joint): Expression {
  const operands: BooleanExpression[] = []
  let latest = parseOperand(parsing)
  while (parsing.cursor.isAt(type, symbol)) {
    operands.push(requireBoolean(latest, parsing))
    parsing.cursor.next()
    latest = parseOperand(parsing)
  }
  return operands.length === 0 ? latest : { type, operands: [...operands, requireBoolean(latest, parsing)] }
}

function parseAnd(parsing: Parsing): Expression {
  return parseJoined(parsing, { type: 'and', symbol: '&&', parseOperand: parseNot })
}

function parseOr(parsing: Parsing): Expression {
  return parseJoined(parsing, { type: 'or', symbol: '||', parseOperand: parseAnd })
}

/** Reads one expression that holds or does not. `windowMs` is for signals that name no window of their own. */
export function parseExpression(cursor: TokenCursor, windowMs: number | undefined): BooleanExpression {
  const parsing = { cursor, depth: 0, windowMs }
  return requireBoolean(parseOr(parsing), parsing)
}
