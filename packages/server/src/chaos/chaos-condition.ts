import { type Condition as CoreCondition, InvalidRequestError, type ReadFigure } from '@proxyapi/core'
import { type Condition, evaluateCondition, isConditionError, parseCondition, type ReadSignal } from '@proxyapi/logging'

/** Compared with what is usual at an hour of the day, an experiment of minutes says nothing. */
const anomaly = /\banomaly\s*\(/i

/** @throws InvalidRequestError with the field, the position, what was found there and what is allowed */
export function readChaosCondition(text: string, field: string): Condition {
  if (anomaly.test(text))
    throw new InvalidRequestError(`${field}: has a wrong value (found anomaly(…); allowed: comparisons of signals with numbers).`, field)
  try {
    return parseCondition(text)
  } catch (error) {
    if (!isConditionError(error)) throw error
    const where = `can't be read at position ${error.position}`
    throw new InvalidRequestError(`${field}: ${where} (found ${error.found}; allowed: ${error.allowed.join(', ')}).`, field)
  }
}

function toReadSignal(read: ReadFigure): ReadSignal {
  return (name, selector, windowMs) => read(name, selector, windowMs)
}

/** A condition of the alerts' grammar as an experiment asks it. With `for 10s` it holds once it has held as long. */
export function toCoreCondition(text: string, now: () => number): CoreCondition {
  const condition = parseCondition(text)
  let sinceMs: number | undefined
  return (read) => {
    const holds = evaluateCondition(condition, toReadSignal(read))
    if (condition.forMs === 0) return holds
    sinceMs = holds === true ? (sinceMs ?? now()) : undefined
    return sinceMs === undefined ? holds : now() - sinceMs >= condition.forMs
  }
}
