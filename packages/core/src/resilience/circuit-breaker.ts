import { ConsecutiveBreaker } from 'cockatiel'
import type { Deps } from '../deps.ts'
import { createFailureWindow } from './failure-window.ts'

export interface CircuitBreakerOptions {
  /** Consecutive failures that open the circuit. */
  readonly failureThreshold: number
  /** How long it stays open the first time. */
  readonly recoveryTimeoutMs: number
  /** Probes that may run at once while half-open. */
  readonly halfOpenMaxCalls: number
}

/** RESILIENCE.md section 5. */
export const defaultCircuitBreaker: CircuitBreakerOptions = { failureThreshold: 5, recoveryTimeoutMs: 60_000, halfOpenMaxCalls: 3 }

const windowMs = 30_000
const windowMinCalls = 20
const windowFailureRatio = 0.5
const maxOpenMs = 300_000
const openJitter = 0.1
const successesToClose = 2

export type CircuitState = 'closed' | 'open' | 'half-open' | 'isolated'

/** How a call that was let through ended; `neutral` tells nothing of the target's health. */
export type CallVerdict = 'success' | 'failure' | 'neutral'

export interface CircuitBreaker {
  readonly state: () => CircuitState
  /** Lets a call through and gives its one-time report back; `undefined` when the circuit refuses it. Never waits. */
  readonly admit: () => ((verdict: CallVerdict) => void) | undefined
  /** Whether `admit` would let a call through now. */
  readonly isOpenFor: () => boolean
  /** Milliseconds until the next probe; 0 when calls are let through. */
  readonly remainingMs: () => number
  /** Takes the target out by hand until `release`. */
  readonly isolate: () => void
  readonly release: () => void
}

type Phase =
  | { readonly type: 'closed' }
  | { readonly type: 'open'; readonly untilMs: number }
  | { readonly type: 'half-open'; probes: number; successes: number }
  | { readonly type: 'isolated' }

/**
 * A circuit breaker on our own clock. Cockatiel counts the consecutive failures; the rest of its policy is not used,
 * because it parks surplus half-open callers until the probe decides, and ours go elsewhere at once.
 */
export function createCircuitBreaker(options: CircuitBreakerOptions, deps: Pick<Deps, 'now' | 'random'>): CircuitBreaker {
  const rate = createFailureWindow(windowMs)
  let consecutive = new ConsecutiveBreaker(options.failureThreshold)
  let phase: Phase = { type: 'closed' }
  let reopenings = 0

  const open = (): void => {
    const base = Math.min(maxOpenMs, options.recoveryTimeoutMs * 2 ** reopenings)
    const jitter = 1 + openJitter * (2 * deps.random() - 1)
    reopenings++
    phase = { type: 'open', untilMs: deps.now() + base * jitter }
  }
  const close = (): void => {
    phase = { type: 'closed' }
    reopenings = 0
    consecutive = new ConsecutiveBreaker(options.failureThreshold)
    rate.clear()
  }
  /** The phase as of now: an open circuit becomes half-open by the passing of time alone. */
  const current = (): Phase => {
    if (phase.type === 'open' && deps.now() >= phase.untilMs) phase = { type: 'half-open', probes: 0, successes: 0 }
    return phase
  }
  const onClosed = (verdict: 'success' | 'failure'): void => {
    rate.record(verdict === 'failure', deps.now())
    if (verdict === 'success') {
      consecutive.success()
      return
    }
    const { calls, failures } = rate.counts(deps.now())
    if (consecutive.failure() || (calls >= windowMinCalls && failures / calls >= windowFailureRatio)) open()
  }
  const onProbe = (probed: Extract<Phase, { type: 'half-open' }>, verdict: CallVerdict): void => {
    probed.probes--
    if (phase !== probed || verdict === 'neutral') return
    if (verdict === 'failure') open()
    else if (++probed.successes >= successesToClose) close()
  }
  const report = (admitted: Phase): ((verdict: CallVerdict) => void) => {
    let reported = false
    return (verdict) => {
      if (reported) return
      reported = true
      if (admitted.type === 'half-open') onProbe(admitted, verdict)
      // What was let through before the circuit opened tells nothing of the time after.
      else if (phase === admitted && verdict !== 'neutral') onClosed(verdict)
    }
  }
  const mayPass = (now: Phase): boolean => now.type === 'closed' || (now.type === 'half-open' && now.probes < options.halfOpenMaxCalls)
  return {
    state: () => current().type,
    isOpenFor: () => mayPass(current()),
    admit: () => {
      const now = current()
      if (!mayPass(now)) return undefined
      if (now.type === 'half-open') now.probes++
      return report(now)
    },
    remainingMs: () => {
      const now = current()
      return now.type === 'open' ? Math.max(0, now.untilMs - deps.now()) : 0
    },
    isolate: () => {
      phase = { type: 'isolated' }
    },
    release: close,
  }
}
