import type { NumberExpression } from './condition.ts'
import { type TokenCursor, unexpected } from './token-cursor.ts'
import type { Token } from './tokens.ts'

const durationsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const units = ['%', ...Object.keys(durationsMs)]

type Literal = Extract<NumberExpression, { type: 'number' }>

/** `0.05`, `50%` or `5s`. */
export function toLiteral(token: Token): Literal {
  const [, digits = '', unit = ''] = /^([\d.]+(?:[eE][+-]?\d+)?)(.*)$/s.exec(token.text) ?? []
  const value = Number(digits)
  if (!Number.isFinite(value)) throw unexpected(token, ['a finite number'])
  if (unit === '') return { type: 'number', value }
  if (unit === '%') return { type: 'number', value: value / 100, unit: 'percent' }
  const factor = Object.hasOwn(durationsMs, unit) ? durationsMs[unit] : undefined
  if (factor === undefined) throw unexpected(token, [`a number with one of the units ${units.join(' ')} or none`])
  return { type: 'number', value: value * factor, unit: 'duration' }
}

/** A stretch of time in milliseconds: `2m`. `most` is said in the error when there is a limit. */
export function parseDuration(
  cursor: TokenCursor,
  limits: { readonly minMs: number; readonly maxMs: number; readonly said: string },
): number {
  const token = cursor.next()
  const literal = token.type === 'number' ? toLiteral(token) : undefined
  if (literal?.unit !== 'duration') throw unexpected(token, ['a duration such as 30s, 2m or 1h'])
  if (literal.value < limits.minMs || literal.value > limits.maxMs) throw unexpected(token, [limits.said])
  return literal.value
}
