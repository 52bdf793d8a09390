import { ConsecutiveBreaker } from 'cockatiel'
import type { Deps } from '../deps.ts'
import { createFailureWindow } from './failure-window.ts'

export interface CircuitBreakerOptions {
  /** False lets every call through, whatever happens; only `isolate` takes the target out. */
  readonly enabled: boolean
  /** Consecutive failures that open the circuit. */
  readonly failureThreshold: number
  /** Share of failures within the window that opens it as well, 0 to 1, once there were `minimumCalls`. */
  readonly failureRate: number
  readonly minimumCalls: number
  readonly windowMs: number
  /** How long it stays open the first time. */
  readonly recoveryTimeoutMs: number
  /** Probes that may run at once while half-open. */
  readonly halfOpenMaxCalls: number
  /** Told of every change of state. */
  readonly onChange?: ((from: CircuitState, to: CircuitState) => void) | undefined
}

/** docs/resilience.md section 5. */
export const defaultCircuitBreaker: CircuitBreakerOptions = {
  enabled: true,
  failureThreshold: 5,
  failureRate: 0.5,
  minimumCalls: 20,
  windowMs: 30_000,
  recoveryTimeoutMs: 60_000,
  halfOpenMaxCalls: 3,
}

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
  readonly wouldAdmit: () => boolean
  /** Milliseconds until the next probe; 0 when calls are let through. */
  readonly remainingMs: () => number
  /** True when the circuit waits half-open for a call that nobody makes, as long as its rest took: nothing is wrong that anybody would notice. */
  readonly isForgotten: () => boolean
  /** Takes the target out by hand until `release`. */
  readonly isolate: () => void
  /** Ends the rest of an open circuit early: something free has shown that the target is back. */
  readonly halfOpen: () => void
  readonly release: () => void
  /** Goes on by other settings: the phase stays, and what a closed circuit has counted begins anew. */
  readonly configure: (options: CircuitBreakerOptions) => void
}

type Phase =
  | { readonly type: 'closed' }
  | { readonly type: 'open'; readonly untilMs: number }
  | {
      readonly type: 'half-open'
      probes: number
      successes: number /** When a probe was last let in or reported, or might have been. */
      lastAtMs: number
    }
  | { readonly type: 'isolated' }

/** The circuit's phase, and the ways from one to the next. */
interface Circuit {
  /** As of now: an open circuit becomes half-open by the passing of time alone. */
  readonly now: () => Phase
  readonly open: () => void
  readonly halfOpen: () => void
  readonly close: () => void
  readonly isolate: () => void
}

function createCircuit(settings: () => CircuitBreakerOptions, deps: Pick<Deps, 'monotonicNow' | 'random'>): Circuit {
  let phase: Phase = { type: 'closed' }
  let reopenings = 0
  const move = (to: Phase): void => {
    const from = phase.type
    phase = to
    if (from !== to.type) settings().onChange?.(from, to.type)
  }
  const halfOpen = (): void => {
    if (phase.type === 'open') move({ type: 'half-open', probes: 0, successes: 0, lastAtMs: Math.min(deps.monotonicNow(), phase.untilMs) })
  }
  return {
    halfOpen,
    now: () => {
      if (phase.type === 'open' && deps.monotonicNow() >= phase.untilMs) halfOpen()
      return phase
    },
    open: () => {
      const base = Math.min(maxOpenMs, settings().recoveryTimeoutMs * 2 ** reopenings)
      const jitter = 1 + openJitter * (2 * deps.random() - 1)
      reopenings++
      move({ type: 'open', untilMs: deps.monotonicNow() + base * jitter })
    },
    close: () => {
      reopenings = 0
      move({ type: 'closed' })
    },
    isolate: () => move({ type: 'isolated' }),
  }
}

/** Counts the failures of a closed circuit: in a row by cockatiel, and their share over a window. */
function createFailureCount(options: CircuitBreakerOptions, deps: Pick<Deps, 'monotonicNow'>) {
  const { failureThreshold, failureRate, minimumCalls, windowMs } = options
  const rate = createFailureWindow(windowMs)
  let consecutive = new ConsecutiveBreaker(failureThreshold)
  return {
    onSuccess: (): void => {
      rate.record(false, deps.monotonicNow())
      consecutive.success()
    },
    /** Gives true when it was one too many. */
    onFailure: (): boolean => {
      const nowMs = deps.monotonicNow()
      rate.record(true, nowMs)
      const { calls, failures } = rate.counts(nowMs)
      return consecutive.failure() || (calls >= minimumCalls && failures / calls >= failureRate)
    },
    clear: (): void => {
      consecutive = new ConsecutiveBreaker(failureThreshold)
      rate.clear()
    },
  }
}

/**
 * A circuit breaker on our own clock. Cockatiel counts the consecutive failures; the rest of its policy is not used,
 * because it parks surplus half-open callers until the probe decides, and ours go elsewhere at once.
 */
export function createCircuitBreaker(initial: CircuitBreakerOptions, deps: Pick<Deps, 'monotonicNow' | 'random'>): CircuitBreaker {
  let options = initial
  const circuit = createCircuit(() => options, deps)
  let failures = createFailureCount(options, deps)
  const close = (): void => {
    failures.clear()
    circuit.close()
  }
  const onProbe = (probed: Extract<Phase, { type: 'half-open' }>, verdict: CallVerdict): void => {
    probed.probes--
    probed.lastAtMs = deps.monotonicNow()
    if (circuit.now() !== probed || verdict === 'neutral') return
    if (verdict === 'failure') circuit.open()
    else if (++probed.successes >= successesToClose) close()
  }
  const onClosed = (verdict: CallVerdict): void => {
    if (verdict === 'success') failures.onSuccess()
    else if (verdict === 'failure' && failures.onFailure() && options.enabled) circuit.open()
  }
  const report = (admitted: Phase): ((verdict: CallVerdict) => void) => {
    let reported = false
    return (verdict) => {
      if (reported) return
      reported = true
      if (admitted.type === 'half-open') onProbe(admitted, verdict)
      // What was let through before the circuit opened tells nothing of the time after.
      else if (circuit.now() === admitted) onClosed(verdict)
    }
  }
  const mayPass = (now: Phase): boolean => now.type === 'closed' || (now.type === 'half-open' && now.probes < options.halfOpenMaxCalls)
  return {
    state: () => circuit.now().type,
    wouldAdmit: () => mayPass(circuit.now()),
    admit: () => {
      const now = circuit.now()
      if (!mayPass(now)) return undefined
      if (now.type === 'half-open') {
        now.probes++
        now.lastAtMs = deps.monotonicNow()
      }
      return report(now)
    },
    remainingMs: () => {
      const now = circuit.now()
      return now.type === 'open' ? Math.max(0, now.untilMs - deps.monotonicNow()) : 0
    },
    isForgotten: () => {
      const now = circuit.now()
      return now.type === 'half-open' && now.probes === 0 && deps.monotonicNow() - now.lastAtMs >= options.recoveryTimeoutMs
    },
    isolate: circuit.isolate,
    halfOpen: circuit.halfOpen,
    release: close,
    configure: (next) => {
      options = next
      failures = createFailureCount(next, deps)
    },
  }
}
