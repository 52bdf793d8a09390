import type { CircuitBreakerOptions } from '../resilience/circuit-breaker.ts'
import { defaultCircuitBreaker } from '../resilience/circuit-breaker.ts'
import type { FallbackChains } from './plan.ts'
import type { StrategyName } from './strategies/strategy-name.ts'

export interface RetryOptions {
  /** Attempts of one request over all targets: retries, fallbacks and hedges together. */
  readonly maxAttempts: number
  /** Attempts of one request at one target; 1 turns retries off and leaves fallbacks on. */
  readonly attemptsPerTarget: number
  readonly baseDelayMs: number
  readonly maxDelayMs: number
  /** Share of a retry that each first attempt pays for, 0 to 1. */
  readonly budgetRatio: number
}

export interface HedgeOptions {
  readonly enabled: boolean
  /** Streams too: who brings the first content wins. */
  readonly streams: boolean
  /** Never sooner than this, however quick the target usually is. */
  readonly minDelayMs: number
  /** Share of extra attempts that hedging may cost, 0 to 1. */
  readonly maxRatio: number
}

export interface SlotOptions {
  /** Calls under way at one provider: its connections. */
  readonly maxConcurrent: number
  /** Callers that may wait for one of them. */
  readonly maxQueue: number
  readonly maxWaitMs: number
}

/** How an engine chooses targets and bears with their failures. */
export interface RoutingOptions {
  readonly strategy: StrategyName
  /** By a model's name as callers write it; `*` is for every model that has none of its own. A list is for any failure. */
  readonly fallbacks: Readonly<Record<string, readonly string[] | FallbackChains>>
  readonly retry: RetryOptions
  readonly hedge: HedgeOptions
  readonly breaker: CircuitBreakerOptions
  /** Leave a target early whose usual speed is known, when there is another. */
  readonly adaptiveTimeouts: boolean
  readonly slots: SlotOptions
}

/** The parts that are given; the others keep their defaults. */
export type RoutingSettings = { readonly [Part in keyof RoutingOptions]?: Partial<RoutingOptions[Part]> | RoutingOptions[Part] | undefined }

/** docs/resilience.md sections 4 to 6 and 8. A slot is awaited as long as a first token would be, because the request is already admitted. */
export const defaultRouting: RoutingOptions = {
  strategy: 'round_robin',
  fallbacks: {},
  retry: { maxAttempts: 4, attemptsPerTarget: 2, baseDelayMs: 100, maxDelayMs: 2_000, budgetRatio: 0.2 },
  hedge: { enabled: false, streams: false, minDelayMs: 500, maxRatio: 0.05 },
  breaker: defaultCircuitBreaker,
  adaptiveTimeouts: true,
  slots: { maxConcurrent: 1_000, maxQueue: 1_000, maxWaitMs: 30_000 },
}

/** Defaults with what is given in their places; what is given as `undefined` is not given. */
function merged<T extends object>(defaults: T, given: Partial<T> | undefined): T {
  if (given === undefined) return defaults
  const entries = Object.entries(given).filter(([name, value]) => value !== undefined && Object.hasOwn(defaults, name))
  return { ...defaults, ...Object.fromEntries(entries) }
}

export function toRoutingOptions(given: RoutingSettings = {}): RoutingOptions {
  return {
    strategy: given.strategy ?? defaultRouting.strategy,
    fallbacks: (given.fallbacks ?? defaultRouting.fallbacks) as RoutingOptions['fallbacks'], // a partial record is a record
    retry: merged(defaultRouting.retry, given.retry),
    hedge: merged(defaultRouting.hedge, given.hedge),
    breaker: merged(defaultRouting.breaker, given.breaker),
    adaptiveTimeouts: given.adaptiveTimeouts ?? defaultRouting.adaptiveTimeouts,
    slots: merged(defaultRouting.slots, given.slots),
  }
}
