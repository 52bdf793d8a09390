import type { Condition } from '../condition/condition.ts'
import { evaluateCondition, type ReadSignal } from '../condition/evaluate-condition.ts'
import { signalText } from '../condition/signals-of.ts'

export interface RuleReading {
  readonly holds: boolean
  /** What the signals were, by the text of each. */
  readonly values: Readonly<Record<string, number>>
  /** Why it could not be evaluated. */
  readonly error?: unknown
}

function noting(read: ReadSignal, values: Map<string, number>, toName: (signal: string) => string): ReadSignal {
  return (name, selector, windowMs) => {
    const value = read(name, selector, windowMs)
    if (value !== undefined && Number.isFinite(value)) values.set(toName(signalText({ name, selector })), value)
    return value
  }
}

/** Whether a condition holds, and what it was judged by. A source that throws costs this evaluation, which then does not hold. */
export function evaluateRule(condition: Condition, read: ReadSignal, readAnomaly: ReadSignal): RuleReading {
  const values = new Map<string, number>()
  try {
    const holds = evaluateCondition(
      condition,
      noting(read, values, (signal) => signal),
      noting(readAnomaly, values, (signal) => `anomaly(${signal})`),
    )
    return { holds: holds === true, values: Object.fromEntries(values) }
  } catch (error) {
    return { holds: false, values: Object.fromEntries(values), error }
  }
}
