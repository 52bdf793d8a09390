import type { Target } from '../routing/target.ts'

/** What a fault does to an attempt. The last five act on streams; an answer that is not streamed meets the nearest equivalent. */
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

/** The kinds of fault that can be injected. */
export type FaultType = (typeof faultTypes)[number]
/** Sets the duration and the position of a fault that does not state them. */
export type FaultSeverity = 'low' | 'medium' | 'high' | 'critical'

/** A fault to inject into attempts. */
export interface InjectedFault {
  readonly type: FaultType
  /** A provider's name or `provider/model`; `undefined` is every target. */
  readonly target?: string | undefined
  /** How likely an attempt is to meet the fault, 0 to 1. */
  readonly probability: number
  /** Gives `durationMs` and `afterTokens` where they are missing. */
  readonly severity: FaultSeverity
  /** For `delay` and `slow_first_token`, and the `Retry-After` of a `rate_limit`. */
  readonly durationMs?: number | undefined
  /** The HTTP status of an `error`; `undefined` is 503. */
  readonly errorCode?: number | undefined
  /** After how many pieces of text a stream fault begins. */
  readonly afterTokens?: number | undefined
}

const durations: Readonly<Record<FaultSeverity, number>> = { low: 100, medium: 500, high: 2_000, critical: 10_000 }
const tokens: Readonly<Record<FaultSeverity, number>> = { low: 40, medium: 10, high: 3, critical: 1 }

export function durationOf({ durationMs, severity }: InjectedFault): number {
  return durationMs ?? durations[severity]
}

export function afterTokensOf({ afterTokens, severity }: InjectedFault): number {
  return afterTokens ?? tokens[severity]
}

export function matches({ target: wanted }: InjectedFault, { key, provider }: Target): boolean {
  return wanted === undefined || wanted === provider.name || wanted === key
}
