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
  /** Applies other settings of circuits to all targets, known and new. */
  readonly configure: (breaker: CircuitBreakerOptions) => void
  /** Keeps what is known of one provider's targets under another provider's name. */
  readonly renameProvider: (from: string, to: string) => void
  /** Forgets a provider's targets; with `keepIsolated` those stay that were taken out by hand. Calls under way keep what they hold. */
  readonly forgetProvider: (provider: string, options?: { readonly keepIsolated: boolean }) => void
}

/** Callers can't name targets into being without a provider taking any model: this bounds what such a provider can cost. */
const maxTargets = 10_000

/** Told of every change of a target's circuit. */
export type OnCircuitChange = (key: string, from: CircuitState, to: CircuitState) => void

export interface HealthPoolOptions {
  readonly breaker: CircuitBreakerOptions
  readonly onChange?: OnCircuitChange | undefined
}

/** A target's health, and the name that its changes are told by. */
interface KeptHealth {
  key: string
  readonly health: TargetHealth
}

function createTargetHealth(breaker: CircuitBreakerOptions, deps: Pick<Deps, 'monotonicNow' | 'random'>): TargetHealth {
  let cooldownUntilMs = 0
  let lastFailure: TargetFailure | undefined
  return {
    breaker: createCircuitBreaker(breaker, deps),
    load: createTargetLoad(deps),
    latencies: { plain: createQuantileWindow(), stream: createQuantileWindow() },
    noteFailure: (failure) => {
      lastFailure = failure
    },
    lastFailure: () => lastFailure,
    coolDown: (ms) => {
      cooldownUntilMs = Math.max(cooldownUntilMs, deps.monotonicNow() + ms)
    },
    cooldownMs: () => (cooldownUntilMs === 0 ? 0 : Math.max(0, cooldownUntilMs - deps.monotonicNow())),
  }
}

/** The pool's entries, and how the circuit of one is told to the pool's listener. */
function createKept(settings: () => CircuitBreakerOptions, { onChange }: HealthPoolOptions, deps: Pick<Deps, 'monotonicNow' | 'random'>) {
  const optionsOf = (named: Pick<KeptHealth, 'key'>): CircuitBreakerOptions => ({
    ...settings(),
    onChange: (from, to) => onChange?.(named.key, from, to),
  })
  return {
    optionsOf,
    create: (key: string): KeptHealth => {
      const named = { key }
      return Object.assign(named, { health: createTargetHealth(optionsOf(named), deps) })
    },
  }
}

export function createHealthPool(options: HealthPoolOptions, deps: Pick<Deps, 'monotonicNow' | 'random'>): HealthPool {
  const targets = new Map<string, KeptHealth>()
  let { breaker } = options
  const { create, optionsOf } = createKept(() => breaker, options, deps)
  const ofProvider = (provider: string): readonly KeptHealth[] => [...targets.values()].filter(({ key }) => key.startsWith(`${provider}/`))
  return {
    of: (key) => {
      const known = targets.get(key)
      if (known !== undefined) return known.health
      const oldest = targets.size >= maxTargets ? targets.keys().next().value : undefined
      if (oldest !== undefined) targets.delete(oldest)
      const made = create(key)
      targets.set(key, made)
      return made.health
    },
    entries: () => [...targets].map(([key, { health }]) => [key, health]),
    configure: (next) => {
      breaker = next
      for (const kept of targets.values()) kept.health.breaker.configure(optionsOf(kept))
    },
    renameProvider: (from, to) => {
      for (const kept of ofProvider(from)) {
        targets.delete(kept.key)
        kept.key = `${to}/${kept.key.slice(from.length + 1)}`
        targets.set(kept.key, kept)
      }
    },
    forgetProvider: (provider, { keepIsolated } = { keepIsolated: false }) => {
      for (const { key, health } of ofProvider(provider)) {
        if (!(keepIsolated && health.breaker.state() === 'isolated')) targets.delete(key)
      }
    },
  }
}
