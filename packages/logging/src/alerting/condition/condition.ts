import type { Selector, SignalName } from './signal-names.table.ts'

/** One signal, of one part of the traffic, over one stretch of time. */
export interface SignalReading {
  readonly type: 'signal'
  readonly name: SignalName
  readonly selector: Selector
  readonly windowMs: number
}

/** Operators between numbers. */
export type ArithmeticOperator = '+' | '-' | '*' | '/'
/** Operators that compare two numbers. */
export type ComparisonOperator = '>' | '>=' | '<' | '<=' | '==' | '!='

/** What has a number. Durations are milliseconds and percentages shares of 1 already. */
export type NumberExpression =
  | { readonly type: 'number'; readonly value: number; readonly unit?: 'duration' | 'percent' | undefined }
  | SignalReading
  /** How unusual a signal is for this hour, in robust standard deviations; negative when it is lower than usual. */
  | { readonly type: 'anomaly'; readonly signal: SignalReading }
  | { readonly type: 'negate'; readonly operand: NumberExpression }
  | {
      readonly type: 'arithmetic'
      readonly operator: ArithmeticOperator
      readonly left: NumberExpression
      readonly right: NumberExpression
    }

/** What holds or does not. */
export type BooleanExpression =
  | {
      readonly type: 'comparison'
      readonly operator: ComparisonOperator
      readonly left: NumberExpression
      readonly right: NumberExpression
    }
  | { readonly type: 'not'; readonly operand: BooleanExpression }
  | { readonly type: 'and' | 'or'; readonly operands: readonly BooleanExpression[] }

export type Expression = NumberExpression | BooleanExpression

/** A condition that was read. Plain data. */
export interface Condition {
  /** As it was written. */
  readonly text: string
  readonly expression: BooleanExpression
  /** How long it has to hold before it counts: `for 2m`. 0 when it counts at once. */
  readonly forMs: number
}

/** Whether an expression holds or does not, rather than having a number. */
export function isBoolean(expression: Expression): expression is BooleanExpression {
  return expression.type === 'comparison' || expression.type === 'not' || expression.type === 'and' || expression.type === 'or'
}
