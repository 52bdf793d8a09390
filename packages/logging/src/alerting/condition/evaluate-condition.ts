import type { BooleanExpression, ComparisonOperator, Condition, NumberExpression, SignalReading } from './condition.ts'
import type { Selector, SignalName } from './signal-names.table.ts'

/** What a signal is now, looking back over `windowMs`; `undefined` when it is not known. */
export type ReadSignal = (name: SignalName, selector: Selector, windowMs: number) => number | undefined

export interface SignalSources {
  readonly read: ReadSignal
  /** How unusual a signal is. Default: not known. */
  readonly readAnomaly?: ReadSignal | undefined
}

type Arithmetic = Extract<NumberExpression, { type: 'arithmetic' }>

function calculate({ operator, left, right }: Arithmetic, sources: SignalSources): number | undefined {
  const a = numberOf(left, sources)
  const b = numberOf(right, sources)
  if (a === undefined || b === undefined) return undefined
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0 ? undefined : a / b
  }
}

function ask(read: ReadSignal | undefined, { name, selector, windowMs }: SignalReading): number | undefined {
  const value = read?.(name, selector, windowMs)
  return value === undefined || Number.isNaN(value) ? undefined : value
}

function numberOf(expression: NumberExpression, sources: SignalSources): number | undefined {
  switch (expression.type) {
    case 'number':
      return expression.value
    case 'signal':
      return ask(sources.read, expression)
    case 'anomaly':
      return ask(sources.readAnomaly, expression.signal)
    case 'negate': {
      const value = numberOf(expression.operand, sources)
      return value === undefined ? undefined : -value
    }
    case 'arithmetic':
      return calculate(expression, sources)
  }
}

function compare(operator: ComparisonOperator, left: number, right: number): boolean {
  switch (operator) {
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '==':
      return left === right
    case '!=':
      return left !== right
  }
}

/** Every operand is asked, so that readers see each signal each time. */
function join(type: 'and' | 'or', operands: readonly BooleanExpression[], sources: SignalSources): boolean | undefined {
  const results = operands.map((operand) => holds(operand, sources))
  const pickFailure = type === 'or'
  if (results.includes(pickFailure)) return pickFailure
  return results.includes(undefined) ? undefined : !pickFailure
}

function holds(expression: BooleanExpression, sources: SignalSources): boolean | undefined {
  switch (expression.type) {
    case 'comparison': {
      const left = numberOf(expression.left, sources)
      const right = numberOf(expression.right, sources)
      return left === undefined || right === undefined ? undefined : compare(expression.operator, left, right)
    }
    case 'not': {
      const inner = holds(expression.operand, sources)
      return inner === undefined ? undefined : !inner
    }
    case 'and':
    case 'or':
      return join(expression.type, expression.operands, sources)
  }
}

/**
 * Whether a condition holds now, `for` aside; `undefined` when that hangs on a value that is not known, negated or not, so that a missing value
 * never makes anything fire. A division by zero is not known.
 */
export function evaluateCondition(condition: Condition, read: ReadSignal, readAnomaly?: ReadSignal): boolean | undefined {
  return holds(condition.expression, { read, readAnomaly })
}
