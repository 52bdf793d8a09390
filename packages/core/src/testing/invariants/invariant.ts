import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import type { ClientView } from '../client-view.ts'
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
}

/** RESILIENCE.md sections 4, 6 and 7. */
export const defaultLimits: SimulationLimits = {
  maxAttempts: 4,
  maxAttemptsPerTarget: 2,
  retryRatio: 0.2,
  retryReservePerSecond: 10,
  hedgeShare: 0.05,
  abandonMs: 100,
}

/** Everything that is known of a run when it is over. */
export interface SimulationRun {
  readonly startMs: number
  readonly endMs: number
  readonly upstreams: Readonly<Record<string, UpstreamScript>>
  readonly clients: readonly ClientView[]
  readonly upstreamCalls: readonly UpstreamCall[]
  readonly callsOf: (client: number) => readonly UpstreamCall[]
  /** Timers that were still running 100 ms after the last caller had gone. */
  readonly armedTimers: number
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
