import { type LoggingDeps, systemDeps } from '../../deps.ts'
import type { AttemptRecord, CallRecord } from '../../record/call-record.ts'
import type { ReadSignal } from '../condition/evaluate-condition.ts'
import type { Selector } from '../condition/signal-names.table.ts'
import { toAttemptSample, toRequestSample } from './signal-samples.ts'
import { createSlidingWindow, type SlidingWindow } from './sliding-window.ts'
import { isWindowSignal, readWindowSignal } from './window-signal.ts'

/** What happens outside of calls. */
export type SignalEvent = 'rate_limit_rejection' | 'auth_failure'

/** Answers what conditions ask, from receipts and events of the last 24 hours. */
export interface Signals {
  /** Takes note of a finished call. */
  readonly onCall: (call: CallRecord) => void
  readonly onEvent: (event: SignalEvent) => void
  /**
   * What a signal is now. A provider or model is followed from the first time that it is asked for, so what nobody asks for costs nothing, and
   * clients can't make it grow.
   */
  readonly read: ReadSignal
}

/** Where signals get values that no event carries. */
export interface SignalsOptions {
  /**
   * Answers signals that have a value at any time: `memory_usage`, `queue_depth`, `breaker_open`, `provider_up`, `budget_used`, … `undefined` when it
   * knows nothing of one. Default: knows none.
   */
  readonly readGauge?: ReadSignal | undefined
  /** Providers, models and pairs of both that are followed at once; more are not known. Default: 100, of 200 kB each at most. */
  readonly maxFollowed?: number | undefined
}

interface Followed {
  readonly selector: Selector
  readonly ring: SlidingWindow
  readAtMs: number
}

/** One that nobody has asked for so long makes room for another. */
const idleMs = 3_600_000

/** A model may be written with its provider before it, as in a list of models. */
function matches({ provider, model }: Selector, attempt: AttemptRecord): boolean {
  if (provider !== undefined && provider !== attempt.provider) return false
  return model === undefined || model === attempt.model || model === `${attempt.provider}/${attempt.model}`
}

function makeRoom(followed: Map<string, Followed>, maxFollowed: number, nowMs: number): boolean {
  if (followed.size < maxFollowed) return true
  for (const [key, { readAtMs }] of followed) if (nowMs - readAtMs > idleMs) followed.delete(key)
  return followed.size < maxFollowed
}

interface Following {
  /** `undefined` when there is no room for one more. */
  readonly ringOf: (selector: Selector) => SlidingWindow | undefined
  readonly onAttempt: (attempt: AttemptRecord, stream: boolean) => void
}

function createFollowing(maxFollowed: number, now: () => number): Following {
  const followed = new Map<string, Followed>()
  const ringOf = (selector: Selector): SlidingWindow | undefined => {
    const key = JSON.stringify([selector.provider, selector.model])
    const known = followed.get(key)
    if (known === undefined && !makeRoom(followed, maxFollowed, now())) return undefined
    const entry = known ?? { selector, ring: createSlidingWindow(), readAtMs: 0 }
    entry.readAtMs = now()
    followed.set(key, entry)
    return entry.ring
  }
  const onAttempt = (attempt: AttemptRecord, stream: boolean): void => {
    for (const { selector, ring } of followed.values()) {
      if (matches(selector, attempt)) ring.add(toAttemptSample(attempt, stream), now())
    }
  }
  return { ringOf, onAttempt }
}

/**
 * Sliding windows over what happens. Without a selector a signal is about requests as clients saw them; with one, about the attempts at that
 * provider or model, so that a provider's failures show even where another one answered.
 */
export function createSignals(options: SignalsOptions = {}, deps: Pick<LoggingDeps, 'monotonicNow'> = systemDeps): Signals {
  const { readGauge, maxFollowed = 100 } = options
  const { monotonicNow: now } = deps
  const overall = createSlidingWindow()
  const following = createFollowing(maxFollowed, now)

  return {
    onCall: (call) => {
      overall.add(toRequestSample(call), now())
      for (const attempt of call.attempts) following.onAttempt(attempt, call.stream)
    },
    onEvent: (event) => {
      overall.add({ counters: event === 'auth_failure' ? { authFailures: 1 } : { rateLimitRejections: 1 } }, now())
    },
    read: (name, selector, windowMs) => {
      if (!isWindowSignal(name)) return readGauge?.(name, selector, windowMs)
      const isPart = selector.provider !== undefined || selector.model !== undefined
      const ring = isPart ? following.ringOf(selector) : overall
      return ring === undefined ? undefined : readWindowSignal(name, ring.sum(windowMs, now()))
    },
  }
}
