import type { EngineOptions } from '../engine/engine-options.ts'
import { strategyNames } from '../routing/strategies/strategy-name.ts'
import type { Distribution } from './distribution.ts'
import { createRandom, drawInteger, type Random } from './random.ts'
import type { FaultRule, ScriptedFault } from './scripted-fault.ts'
import type { SimulatedAllowance } from './simulated-limits.ts'
import type { UpstreamScript } from './upstream-script.ts'
import type { Arrivals, Workload } from './workload.ts'

/** Upstreams, callers and routing options for `simulate`. */
export interface Scenario {
  readonly upstreams: Readonly<Record<string, UpstreamScript>>
  readonly workload: Workload
  readonly engine: Pick<EngineOptions, 'routing'>
  readonly allowance?: SimulatedAllowance | undefined
}

const names = ['alpha', 'beta', 'gamma'] as const
const minuteMs = 60_000

function choose<T>(random: Random, first: T, ...others: readonly T[]): T {
  const at = drawInteger(random, others.length + 1)
  return at === 0 ? first : (others[at - 1] ?? first)
}

function between(random: Random, min: number, max: number): number {
  return min + drawInteger(random, max - min + 1)
}

type DrawFault = (random: Random) => ScriptedFault

/** The kinds of fault, each with its weight. */
const faultKinds: readonly (readonly [times: number, drawFault: DrawFault])[] = [
  [4, (random) => ({ type: 'status', status: choose(random, 500, 502, 503, 504, 408, 409) })],
  [1, () => ({ type: 'status', status: 429 })],
  [2, (random) => ({ type: 'status', status: 429, retryAfterMs: between(random, 1, 4) * 1_000 })],
  [1, () => ({ type: 'status', status: 429, code: 'insufficient_quota' })],
  [1, () => ({ type: 'status', status: 401 })],
  [1, () => ({ type: 'status', status: 404, code: 'model_not_found' })],
  [1, () => ({ type: 'status', status: 400 })],
  [1, () => ({ type: 'status', status: 400, code: 'context_length_exceeded', message: 'This model has a maximum context length.' })],
  [1, () => ({ type: 'status', status: 400, code: 'content_policy_violation' })],
  [1, () => ({ type: 'refuse' })],
  [2, () => ({ type: 'reset' })],
  [2, (random) => ({ type: 'stall', at: choose(random, 'before-headers', 'before-first-token'), pings: random() < 0.5 })],
  [2, (random) => ({ type: 'stall', at: { afterTokens: between(random, 1, 8) }, pings: random() < 0.5 })],
  [4, (random) => ({ type: 'cut', afterTokens: between(random, 0, 6), how: choose(random, 'reset', 'end') })],
  [2, (random) => ({ type: 'error-event', afterTokens: between(random, 0, 6) })],
  [2, (random) => ({ type: 'malformed', afterTokens: between(random, 0, 6), events: choose(random, 1, 3, 7) })],
  [1, (random) => ({ type: 'duplicate', what: choose(random, 'token', 'finish', 'end-mark') })],
  [1, (random) => ({ type: 'no-end-mark', hangs: random() < 0.5 })],
  [1, (random) => ({ type: 'usage', how: choose(random, 'missing', 'wrong') })],
  [1, (random) => ({ type: 'drip', slowdown: between(random, 3, 12) })],
  [1, () => ({ type: 'wrong-form' })],
  [1, () => ({ type: 'html' })],
  [2, (random) => ({ type: 'content-filter', afterTokens: between(random, 1, 6) })],
]
const weightedFaults = faultKinds.flatMap(([times, drawOne]) => Array.from({ length: times }, () => drawOne))

function drawFault(random: Random): ScriptedFault {
  return weightedFaults[drawInteger(random, weightedFaults.length)]?.(random) ?? { type: 'reset' }
}

/** An outage that begins while callers still arrive. */
function drawOutage(random: Random): FaultRule {
  const fromMs = drawInteger(random, 10_000)
  const fault = choose<ScriptedFault>(random, { type: 'refuse' }, { type: 'status', status: 503 }, { type: 'reset' })
  return { fault, fromMs, untilMs: fromMs + between(random, 5, 60) * 1_000 }
}

/** A fault that occurs at random, in bursts, or as an outage. */
function drawRule(random: Random): FaultRule {
  const kind = random()
  if (kind < 0.7) return { fault: drawFault(random), share: 0.02 + 0.45 * random() }
  if (kind < 0.85) return { fault: drawFault(random), share: 0.9, burst: { everyMs: 10_000, forMs: between(random, 1, 5) * 1_000 } }
  return drawOutage(random)
}

function drawLatency(random: Random): Distribution {
  return choose<Distribution>(
    random,
    150,
    { type: 'uniform', min: 50, max: 400 },
    { type: 'lognormal', median: 200, sigma: 0.6 },
    { type: 'pareto', min: 100, alpha: 1.5, max: minuteMs },
  )
}

function drawProvider(random: Random): UpstreamScript['provider'] {
  return {
    recovery: choose(random, 'off', 'buffer', 'continue'),
    weight: between(random, 1, 3),
    ...(random() < 0.5 && { priority: 1 }),
  }
}

function drawRouting(random: Random): EngineOptions['routing'] {
  return {
    strategy: choose(random, ...strategyNames),
    hedge: { enabled: random() < 0.4, streams: random() < 0.5 },
    adaptiveTimeouts: random() < 0.7,
    ...(random() < 0.2 && { slots: { maxConcurrent: between(random, 2, 10) } }),
  }
}

/** `common` are the faults of all upstreams at the same time. */
function drawUpstream(
  random: Random,
  { faultyShare, common }: { readonly faultyShare: number; readonly common: readonly FaultRule[] },
): UpstreamScript {
  const own = random() < faultyShare ? Array.from({ length: between(random, 2, 6) }, () => drawRule(random)) : []
  const limited = random() < 0.15
  return {
    dialect: choose(random, 'openai-chat', 'openai-chat', 'anthropic-messages'),
    firstTokenMs: drawLatency(random),
    tokenMs: { type: 'exponential', mean: 20 },
    tokens: { type: 'uniform', min: 1, max: 14 },
    refusesPrefill: random() < 0.3,
    provider: drawProvider(random),
    faults: [...common, ...own],
    ...(limited && { capacity: { callsPerSecond: between(random, 2, 15), retryAfterMs: choose(random, undefined, 1_000) } }),
  }
}

/** Bursts with long gaps meet circuits that are half-open because an earlier burst opened them. */
function drawArrivals(random: Random): Arrivals {
  const kind = random()
  if (kind < 0.6) return { type: 'poisson', perSecond: choose(random, 2, 10, 40, 200) }
  return { type: 'bursts', size: between(random, 5, 40), everyMs: between(random, 1, 10) * (kind < 0.8 ? 500 : 5_000) }
}

function drawWorkload(random: Random): Workload {
  return {
    arrivals: drawArrivals(random),
    streamShare: choose(random, 0.3, 0.6, 1),
    ...(random() < 0.6 && { leaving: { share: 0.25 * random(), afterMs: { type: 'uniform', min: 0, max: between(random, 50, 2_000) } } }),
    ...(random() < 0.3 && { slowReaders: { share: 0.3, pauseMs: between(random, 10, 500) } }),
    ...(random() < 0.3 && { timeoutMs: { type: 'uniform', min: 500, max: 20_000 } }),
  }
}

/** No answer of a drawn upstream is longer: what an attempt can cost is known before. */
const boundedAnswers = { request: () => ({ maxTokens: 20 }) } as const

/** Limits and a budget that some of the callers run into. */
function drawAllowance(random: Random): SimulatedAllowance {
  const limit = between(random, 5, 200)
  return {
    budgetNanoUsd: between(random, 200, 3_000) * 1_000,
    requests: { limit, windowMs: choose(random, 1_000, 10_000), burst: between(random, 1, limit) },
    parallel: between(random, 3, 60),
    queues: random() < 0.5,
  }
}

/**
 * Draws a random scenario: one to three upstreams with several faults each, callers of every kind, and any routing strategy.
 * Many seeds together cover most of the ways in which a network can fail.
 *
 * @example
 * for (let seed = 0; seed < 1_000; seed++) console.log((await simulate({ seed, ...drawScenario(seed) })).violations)
 */
export function drawScenario(seed: number): Scenario {
  const random = createRandom(`scenario/${seed}`)
  const allowed = createRandom(`allowance/${seed}`)
  const count = choose(random, 1, 2, 2, 3)
  const common = random() < 0.15 ? [drawOutage(random)] : []
  // The last upstream is often healthy, so that a fallback can succeed.
  const faultyShareOf = (index: number): number => (index === count - 1 ? 0.5 : 0.9)
  const draw = (name: string, index: number) => [name, drawUpstream(random, { faultyShare: faultyShareOf(index), common })] as const
  const upstreams = Object.fromEntries(names.slice(0, count).map(draw))
  const allowance = allowed() < 0.3 ? drawAllowance(allowed) : undefined
  return {
    upstreams,
    workload: { ...drawWorkload(random), ...(allowance !== undefined && boundedAnswers) },
    engine: { routing: drawRouting(random) },
    ...(allowance !== undefined && { allowance }),
  }
}
