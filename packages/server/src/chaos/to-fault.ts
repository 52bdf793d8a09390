import type { Fault } from '@proxyapi/core'
import type { FaultConfig } from '../config/chaos-schema.ts'

/** A fault as core takes it. */
export function toFault(fault: FaultConfig): Fault {
  const { type, target, severity, probability } = fault
  return {
    type,
    target,
    severity,
    probability,
    durationMs: fault.duration_ms,
    errorCode: fault.error_code,
    afterTokens: fault.after_tokens,
  }
}

/** A fault as it was written. */
export function fromFault({ type, target, severity, probability, durationMs, errorCode, afterTokens }: Fault): object {
  return {
    type,
    target: target ?? null,
    severity,
    probability,
    ...(durationMs !== undefined && { duration_ms: durationMs }),
    ...(errorCode !== undefined && { error_code: errorCode }),
    ...(afterTokens !== undefined && { after_tokens: afterTokens }),
  }
}
