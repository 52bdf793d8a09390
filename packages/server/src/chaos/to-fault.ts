import type { InjectedFault } from '@proxyapi/core/chaos'
import type { FaultConfig } from '../config/chaos-schema.ts'

/** Translates a fault of the configuration. */
export function toFault(fault: FaultConfig): InjectedFault {
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

/** Translates a fault back to the fields of the configuration. */
export function fromFault({ type, target, severity, probability, durationMs, errorCode, afterTokens }: InjectedFault): object {
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
