import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import type { EngineEvent } from '../../events/engine-event.ts'
import type { ClientView } from '../client-view.ts'
import type { Leftovers } from '../crowd.ts'
import type { UpstreamCall } from '../upstream-ledger.ts'
import type { UpstreamScript } from '../upstream-script.ts'

/** Bounds that a run is held against. */
export interface SimulationLimits {
  /** Upstream calls for one request. */
  readonly maxAttempts: number
  /** Of these, on one target. */
  readonly maxAttemptsPerTarget: number
  /** Share of a retry that each first attempt pays for, and what is free each second. */
  readonly retryRatio: number
  readonly retryReservePerSecond: number
  /** Hedges as a share of requests. */
  readonly hedgeShare: number
  /** How long an upstream call may outlive its request. */
  readonly abandonMs: number
  /** How long an upstream call may bring nothing: a stream no token, a plain call no answer. */
  readonly streamSilenceMs: number
  readonly plainSilenceMs: number
  /** Failures in a row after which a circuit is open. */
  readonly failureThreshold: number
  /** Calls at once to a target whose circuit is half-open. */
  readonly maxProbes: number
  /** Calls at once to one provider. */
  readonly maxConcurrent: number
}

/** docs/resilience.md sections 2 and 4 to 8. */
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

/** What a token costs in a simulation, in billionths of a dollar. */
export const prices = { inputNanoUsd: 1_000, outputNanoUsd: 3_000 } as const

/** The model of an upstream that `simulated` stands for. */
export function modelOf(upstream: string): string {
  return `model-of-${upstream}`
}

/** Everything that is known of a run when it is over. */
export interface SimulationRun {
  readonly startMs: number
  readonly upstreams: Readonly<Record<string, UpstreamScript>>
  readonly clients: readonly ClientView[]
  readonly upstreamCalls: readonly UpstreamCall[]
  readonly callsOf: (client: number) => readonly UpstreamCall[]
  readonly leftovers: Leftovers
  /** What the engine told of itself, in order. */
  readonly events: readonly EngineEvent[]
  readonly limits: SimulationLimits
}

/** Something that must hold in every run, whatever befell the upstreams. */
export interface Invariant {
  readonly name: string
  /** What breaks it, one sentence each; empty when it holds. */
  readonly check: (run: SimulationRun) => readonly string[]
}

/** An invariant that is judged caller by caller; `undefined` when it holds for one. */
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
