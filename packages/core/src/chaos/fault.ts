import type { Target } from '../routing/target.ts'

/** What a fault does to an attempt. The last five are done to streams; a plain answer meets their nearest kin. */
export const faultTypes = [
  'delay',
  'error',
  'rate_limit',
  'timeout',
  'network_failure',
  'cut',
  'stall',
  'malformed',
  'missing_end',
  'slow_first_token',
] as const

export type FaultType = (typeof faultTypes)[number]
export type FaultSeverity = 'low' | 'medium' | 'high' | 'critical'

/** A fault to be put into attempts. */
export interface Fault {
  readonly type: FaultType
  /** A provider's name or `provider/model`; `undefined` is every target. */
  readonly target?: string | undefined
  /** How likely an attempt is to meet it, 0 to 1. */
  readonly probability: number
  /** Says how long and how late where the fault does not. */
  readonly severity: FaultSeverity
  /** For `delay` and `slow_first_token`, and what a `rate_limit` asks the caller to wait. */
  readonly durationMs?: number | undefined
  /** The status of an `error`; `undefined` is 503. */
  readonly errorCode?: number | undefined
  /** After how many pieces of text a stream fault strikes. */
  readonly afterTokens?: number | undefined
}

const durations: Readonly<Record<FaultSeverity, number>> = { low: 100, medium: 500, high: 2_000, critical: 10_000 }
const tokens: Readonly<Record<FaultSeverity, number>> = { low: 40, medium: 10, high: 3, critical: 1 }

export function durationOf({ durationMs, severity }: Fault): number {
  return durationMs ?? durations[severity]
}

export function afterTokensOf({ afterTokens, severity }: Fault): number {
  return afterTokens ?? tokens[severity]
}

export function aimsAt({ target: wanted }: Fault, { key, provider }: Target): boolean {
  return wanted === undefined || wanted === provider.name || wanted === key
}
