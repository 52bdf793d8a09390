import type { Condition, Expression, SignalReading } from './condition.ts'

function collect(expression: Expression): readonly SignalReading[] {
  switch (expression.type) {
    case 'number':
      return []
    case 'signal':
      return [expression]
    case 'anomaly':
      return [expression.signal]
    case 'negate':
    case 'not':
      return collect(expression.operand)
    case 'arithmetic':
    case 'comparison':
      return [...collect(expression.left), ...collect(expression.right)]
    case 'and':
    case 'or':
      return expression.operands.flatMap(collect)
  }
}

/** A signal as a condition writes it, without its window. */
export function signalText({ name, selector }: Pick<SignalReading, 'name' | 'selector'>): string {
  const parts = Object.entries(selector).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return parts.length === 0 ? name : `${name}{${parts.join(',')}}`
}

/** The signals that a condition is about, each once. */
export function signalsOf(condition: Condition): readonly SignalReading[] {
  const readings = new Map(collect(condition.expression).map((reading) => [`${signalText(reading)} ${reading.windowMs}`, reading]))
  return [...readings.values()]
}
