/** A condition that can't be read: where, what stands there, and what could. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError'
  readonly brand = '@proxyapi/error'
  readonly code = 'invalid_request'
  readonly retryable = false
  /** Of the first character that is wrong, counted from 1. */
  readonly position: number
  /** What stands there; `end of condition` behind the last character. */
  readonly found: string
  readonly allowed: readonly string[]

  constructor({ position, found, allowed }: { readonly position: number; readonly found: string; readonly allowed: readonly string[] }) {
    super(`condition, position ${position}: found ${found}, expected ${allowed.join(', ')}`)
    this.position = position
    this.found = found
    this.allowed = allowed
  }
}

/** True for a `ConditionError`, whichever copy of this package made it. */
export function isConditionError(value: unknown): value is ConditionError {
  return value instanceof Error && value.name === 'ConditionError' && 'brand' in value && value.brand === '@proxyapi/error'
}
