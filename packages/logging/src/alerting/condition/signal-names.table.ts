/** What a condition may choose a signal's part by. */
export type SelectorLabel = 'provider' | 'model' | 'key'

/** Which part of the traffic is meant; empty for all of it. */
export type Selector = Readonly<Partial<Record<SelectorLabel, string>>>

/** `share` runs from 0 to 1; a `ratio` may exceed 1. */
export type SignalUnit = 'share' | 'ratio' | 'ms' | 'count' | 'usd'

interface SignalRow {
  readonly unit: SignalUnit
  readonly labels: readonly SelectorLabel[]
  /** The window that is looked at when the condition names none. */
  readonly windowMs: number
}

const minute = 60_000
const hour = 60 * minute

/** Short enough to tell of an outage before users do; `requests > 20` guards against few requests, `over 5m` looks further back. */
const usualWindowMs = minute

const scoped: readonly SelectorLabel[] = ['provider', 'model']

function traffic(unit: SignalUnit, windowMs = usualWindowMs): SignalRow {
  return { unit, labels: scoped, windowMs }
}

function overall(unit: SignalUnit): SignalRow {
  return { unit, labels: [], windowMs: usualWindowMs }
}

/** What a condition can ask for. Without a selector requests are meant as clients saw them, with one the attempts at that provider or model. */
const signals = {
  error_rate: traffic('share'),
  success_rate: traffic('share'),
  errors: traffic('count'),
  requests: traffic('count'),
  requests_per_minute: traffic('count'),
  avg_response_time: traffic('ms'),
  p50: traffic('ms'),
  p90: traffic('ms'),
  p95: traffic('ms'),
  p99: traffic('ms'),
  ttft_p50: traffic('ms'),
  ttft_p95: traffic('ms'),
  tokens: traffic('count'),
  tokens_per_minute: traffic('count'),
  cost_usd: traffic('usd', hour),
  cost_per_hour: traffic('usd', hour),
  credential_failures: traffic('count'),
  quota_failures: traffic('count'),
  cache_hit_rate: overall('share'),
  rate_limit_rejections: overall('count'),
  auth_failures: overall('count'),
  budget_used: { unit: 'ratio', labels: ['provider', 'model', 'key'], windowMs: usualWindowMs },
  breaker_open: traffic('count'),
  provider_up: traffic('count'),
  in_flight: traffic('count'),
  queue_depth: overall('count'),
  memory_usage: overall('share'),
  cpu_usage: overall('share'),
  event_loop_lag: overall('ms'),
} as const satisfies Readonly<Record<string, SignalRow>>

/** The name of something that conditions can be about. */
export type SignalName = keyof typeof signals

/** Every signal, in the order of the documentation. */
export const signalNames: readonly SignalName[] = Object.keys(signals).filter(isSignalName)

/** Whether a condition can be about this. */
export function isSignalName(name: string): name is SignalName {
  return Object.hasOwn(signals, name)
}

/** What is known of a signal. */
export function signalRow(name: SignalName): SignalRow {
  return signals[name]
}
