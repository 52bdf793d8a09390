import type { NumberExpression } from './condition.ts'
import { signalRow } from './signal-names.table.ts'

type Literal = Extract<NumberExpression, { type: 'number' }>

function literalFault(name: string, unit: string, { value, unit: written }: Literal): string | undefined {
  if (unit === 'share' && (written === 'duration' || value > 1)) return `a share from 0 to 1 for ${name}, such as 0.05 or 5%`
  if (unit === 'ratio' && written === 'duration') return `a ratio for ${name}, such as 0.9 or 90%`
  if (unit === 'ms' && written === 'percent') return `milliseconds for ${name}, such as 5000 or 5s`
  if ((unit === 'count' || unit === 'usd') && written !== undefined) return `a plain number for ${name}`
  return undefined
}

/** What is expected when a signal is compared with a number that it can never meaningfully have: `error_rate > 5` would stay silent for ever. */
export function unitFault(left: NumberExpression, right: NumberExpression): string | undefined {
  if (left.type === 'number' && right.type === 'signal') return unitFault(right, left)
  if (left.type !== 'signal' || right.type !== 'number') return undefined
  return literalFault(left.name, signalRow(left.name).unit, right)
}
