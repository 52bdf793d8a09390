import type { Deps } from '../deps.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import { type CircuitBreaker, type CircuitBreakerOptions, type CircuitState, createCircuitBreaker } from './circuit-breaker.ts'
import { createQuantileWindow, type QuantileWindow } from './quantile-window.ts'
import { createTargetLoad, type TargetLoad } from './target-load.ts'

/** Why an attempt at a target failed. */
export interface TargetFailure {
  readonly failure: FailureClass
  /** Unix milliseconds. */
  readonly atMs: number
  readonly status?: number | undefined
  /** A code of the system or of TLS: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly causeCode?: string | undefined
  /** The provider's words on the operator's account. */
  readonly detail?: string | undefined
}

/** What an engine remembers of one target: its circuit, its cooldown after a refusal, its load. */
export interface TargetHealth {
  readonly breaker: CircuitBreaker
  readonly load: TargetLoad
  /** How long answers took: whole ones, and streams until their first content. The one says nothing of the other. */
  readonly latencies: { readonly plain: QuantileWindow; readonly stream: QuantileWindow }
  /** Remembers why the latest attempt failed. */
  readonly noteFailure: (failure: TargetFailure) => void
  readonly lastFailure: () => TargetFailure | undefined
  /** Keeps calls away for a while (429, quota, credential); never shortens a longer cooldown. */
  readonly coolDown: (ms: number) => void
  /** Milliseconds left of the cooldown; 0 when there is none. */
  readonly cooldownMs: () => number
}

/** The health of every target, made when first asked for. */
export interface HealthPool {
  readonly of: (key: string) => TargetHealth
  readonly entries: () => readonly (readonly [string, TargetHealth])[]
}

/** Callers can't name targets into being without a provider taking any model: this bounds what such a provider can cost. */
const maxTargets = 10_000

/** Told of every change of a target's circuit. */
export type OnCircuitChange = (key: string, from: CircuitState, to: CircuitState) => void

export interface HealthPoolOptions {
  readonly breaker: CircuitBreakerOptions
  readonly onChange?: OnCircuitChange | undefined
}

function createTargetHealth(key: string, { breaker, onChange }: HealthPoolOptions, deps: Pick<Deps, 'now' | 'random'>): TargetHealth {
  let cooldownUntilMs = 0
  let lastFailure: TargetFailure | undefined
  return {
    breaker: createCircuitBreaker({ ...breaker, onChange: (from, to) => onChange?.(key, from, to) }, deps),
    load: createTargetLoad(deps),
    latencies: { plain: createQuantileWindow(), stream: createQuantileWindow() },
    noteFailure: (failure) => {
      lastFailure = failure
    },
    lastFailure: () => lastFailure,
    coolDown: (ms) => {
      cooldownUntilMs = Math.max(cooldownUntilMs, deps.now() + ms)
    },
    cooldownMs: () => (cooldownUntilMs === 0 ? 0 : Math.max(0, cooldownUntilMs - deps.now())),
  }
}

export function createHealthPool(options: HealthPoolOptions, deps: Pick<Deps, 'now' | 'random'>): HealthPool {
  const targets = new Map<string, TargetHealth>()
  return {
    of: (key) => {
      const known = targets.get(key)
      if (known !== undefined) return known
      const oldest = targets.size >= maxTargets ? targets.keys().next().value : undefined
      if (oldest !== undefined) targets.delete(oldest)
      const made = createTargetHealth(key, options, deps)
      targets.set(key, made)
      return made
    },
    entries: () => [...targets],
  }
}
