import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import type { EngineEvent } from '../../routing/engine-event.ts'
import type { ClientView } from '../client-view.ts'
import type { LeakReport } from '../clients.ts'
import type { AllowanceReport } from '../simulated-limits.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import type { UpstreamScript } from '../upstream-script.ts'

/** The bounds of a run. */
export interface SimulationLimits {
  /** Upstream calls for one request. */
  readonly maxAttempts: number
  /** Upstream calls for one request at one target. */
  readonly maxAttemptsPerTarget: number
  /** Retries as a share of other attempts. */
  readonly retryRatio: number
  /** Retries that are allowed every second beyond that share. */
  readonly retryReservePerSecond: number
  /** Hedges as a share of requests. */
  readonly hedgeShare: number
  /** How long an upstream call may outlive its request. */
  readonly abandonMs: number
  /** How long a stream may send no token. */
  readonly streamSilenceMs: number
  /** How long a call without a stream may send no answer. */
  readonly plainSilenceMs: number
  /** Consecutive failures that open a circuit. */
  readonly failureThreshold: number
  /** Concurrent calls to a target with a half-open circuit. */
  readonly maxProbes: number
  /** Concurrent calls to one provider. */
  readonly maxConcurrent: number
}

/** The defaults of docs/resilience.md, sections 2 and 4 to 8. */
export const defaultLimits: SimulationLimits = {
  maxAttempts: 4,
  maxAttemptsPerTarget: 2,
  retryRatio: 0.2,
  retryReservePerSecond: 10,
  hedgeShare: 0.05,
  abandonMs: 100,
  streamSilenceMs: 30_000,
  plainSilenceMs: 60_000,
  failureThreshold: 5,
  maxProbes: 3,
  maxConcurrent: 100,
}

/** The prices of one token in a simulation, in billionths of a dollar. */
export const prices = { inputNanoUsd: 1_000, outputNanoUsd: 3_000 } as const

/** The model of an upstream that is a target of `simulated`. */
export function modelOf(upstream: string): string {
  return `model-of-${upstream}`
}

/** Everything that a finished run recorded. */
export interface SimulationRun {
  /** Unix milliseconds. */
  readonly startMs: number
  readonly upstreams: Readonly<Record<string, UpstreamScript>>
  readonly clients: readonly ClientView[]
  readonly upstreamCalls: readonly UpstreamCall[]
  /** The upstream calls for one client, in order. */
  readonly callsOf: (client: number) => readonly UpstreamCall[]
  readonly leaks: LeakReport
  /** The events of the engine, in order. */
  readonly events: readonly EngineEvent[]
  readonly limits: SimulationLimits
  /** What became of the limits and the budget, where the run has some. */
  readonly allowance?: AllowanceReport | undefined
}

/** A rule that must hold in every run, whatever faults the upstreams have. */
export interface Invariant {
  readonly name: string
  /** Returns one sentence per violation; none when the rule holds. */
  readonly check: (run: SimulationRun) => readonly string[]
}

/** An invariant that is checked for each caller; `check` returns `undefined` when it holds. */
export function perClient(name: string, check: (view: ClientView, run: SimulationRun) => string | undefined): Invariant {
  return {
    name,
    check: (run) =>
      run.clients.flatMap((view) => {
        const broken = check(view, run)
        return broken === undefined ? [] : [`client ${view.client}: ${broken}`]
      }),
  }
}

export function codeOf(error: unknown): string {
  return isProxyApiError(error) ? error.code : String(error)
}
