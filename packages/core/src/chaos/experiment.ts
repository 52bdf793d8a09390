import type { Fault } from './fault.ts'
import type { BlastRadius } from './fault-injector.ts'

/** What an experiment sets out to show. */
export interface ExperimentPlan {
  readonly name: string
  readonly durationMs: number
  readonly faults: readonly Fault[]
  readonly radius: BlastRadius
  /** Draws the faults: the same seed over the same traffic makes the same experiment. */
  readonly seed: number
  /** Conditions that hold while all is well, for instance `success_rate >= 0.99`. They must hold throughout. */
  readonly steadyState: readonly string[]
  /** Conditions that end the experiment at once. */
  readonly abortWhen: readonly string[]
}

export type ExperimentStatus = 'running' | 'completed' | 'aborted' | 'stopped'

/** PASS: the steady state held, and circuits closed again (a PASS turns into a FAIL when they have not after ten minutes). INCONCLUSIVE: too little is known to say. */
export type Verdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE'

/** What clients saw while an experiment ran. */
export interface ClientView {
  readonly requests: number
  readonly succeeded: number
  readonly failed: number
  /** 0 to 1; `undefined` without requests. */
  readonly successRate: number | undefined
  /** Requests that met at least one fault, and those of them that were answered all the same. */
  readonly struck: number
  readonly survived: number
  /** Callers who left while a fault was about; not counted in `requests`. */
  readonly abandoned: number
  readonly p50Ms: number | undefined
  readonly p95Ms: number | undefined
  readonly p99Ms: number | undefined
  /** Failures by code. */
  readonly errors: Readonly<Record<string, number>>
}

export interface SteadyStateReport {
  readonly condition: string
  /** `undefined`: not enough was known to say. */
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
  /** Faults that were put in, by type. */
  readonly injected: Readonly<Record<string, number>>
  readonly clients: ClientView
  readonly steadyState: readonly SteadyStateReport[]
  /** From the end of the faults until no circuit was open any more; `undefined` while that is not so, and when it was not so in ten minutes. */
  readonly recoveryMs: number | undefined
  /** `undefined` while it runs. */
  readonly verdict: Verdict | undefined
  /** Why, in words. */
  readonly reasons: readonly string[]
}
