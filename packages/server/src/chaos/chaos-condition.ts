import { InvalidRequestError } from '@proxyapi/core'
import { type Condition, evaluateCondition, isConditionError, parseCondition, type ReadSignal } from '@proxyapi/logging'

/** An anomaly compares with the same hour of other days, which means nothing for an experiment of minutes. */
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

/** Whether a condition holds by the given signals; `undefined` when a signal that it needs is not known. */
export type Check = (read: ReadSignal) => boolean | undefined

/** A condition of the alerts' grammar. One with `for 10s` holds once it has held for that long. */
export function toCheck(text: string, now: () => number): Check {
  const condition = parseCondition(text)
  let sinceMs: number | undefined
  return (read) => {
    const holds = evaluateCondition(condition, read)
    if (condition.forMs === 0) return holds
    sinceMs = holds === true ? (sinceMs ?? now()) : undefined
    return sinceMs === undefined ? holds : now() - sinceMs >= condition.forMs
  }
}
