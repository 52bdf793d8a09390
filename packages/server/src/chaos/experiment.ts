import type { BlastRadius, InjectedFault } from '@proxyapi/core/chaos'

/** What an experiment does and what it claims. */
export interface ExperimentPlan {
  readonly name: string
  readonly durationMs: number
  readonly faults: readonly InjectedFault[]
  readonly radius: BlastRadius
  /** Draws the faults: the same seed over the same traffic gives the same experiment. */
  readonly seed: number
  /** Conditions that must hold throughout, for instance `success_rate >= 0.99`. */
  readonly steadyState: readonly string[]
  /** Conditions that end the experiment at once. */
  readonly abortWhen: readonly string[]
}

export type ExperimentStatus = 'running' | 'completed' | 'aborted' | 'stopped'

/** PASS: the steady state held, and circuits closed again (a PASS becomes a FAIL when a circuit is still open after ten minutes). INCONCLUSIVE: there is too little data. */
export type Verdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE'

/** What clients saw during an experiment. */
export interface ClientOutcomes {
  /** Without those of callers who left and those that failed by the caller's own mistake. */
  readonly requests: number
  readonly succeeded: number
  readonly failed: number
  /** 0 to 1; `undefined` without requests. */
  readonly successRate: number | undefined
  /** Requests with at least one injected fault. */
  readonly affected: number
  /** Affected requests that were answered all the same. */
  readonly recovered: number
  /** Affected requests whose caller left; not part of `requests`. */
  readonly abandoned: number
  readonly p50Ms: number | undefined
  readonly p95Ms: number | undefined
  readonly p99Ms: number | undefined
  /** Failures by error code. */
  readonly errors: Readonly<Record<string, number>>
}

export interface SteadyStateReport {
  readonly condition: string
  /** `undefined`: there was too little data to tell. */
  readonly heldBefore: boolean | undefined
  readonly held: boolean | undefined
}

export interface ExperimentReport {
  readonly id: string
  readonly plan: ExperimentPlan
  readonly status: ExperimentStatus
  /** Unix milliseconds. */
  readonly startedAtMs: number
  readonly endedAtMs: number | undefined
  /** Injected faults, by type. */
  readonly injected: Readonly<Record<string, number>>
  readonly clients: ClientOutcomes
  readonly steadyState: readonly SteadyStateReport[]
  /** From the end of the faults until no circuit was open; `undefined` before that, and when it took more than ten minutes. */
  readonly recoveryMs: number | undefined
  /** `undefined` while the experiment runs. */
  readonly verdict: Verdict | undefined
  /** Sentences that explain the verdict. */
  readonly reasons: readonly string[]
}
