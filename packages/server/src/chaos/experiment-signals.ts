import { type CallRecord, createSignals, type ReadSignal } from '@proxyapi/logging'
import type { ClientOutcomes } from './experiment.ts'
import { createOutcomeCounter, isAffected, isCallerError } from './outcome-counts.ts'

/** The signals of one experiment: what its conditions read and what clients saw. */
export interface ExperimentSignals {
  readonly onReceipt: (receipt: CallRecord) => void
  /** Looks back to the start of the experiment, whatever window is asked for. Knows no gauges: they have no past. */
  readonly readWhole: ReadSignal
  /** Looks back over the window that is asked for, and knows the gauges of the gateway. */
  readonly readRecent: ReadSignal
  readonly outcomes: () => ClientOutcomes
}

export interface ExperimentSignalsOptions {
  readonly readGauge: ReadSignal
  /** Unix milliseconds; stands still from the end of the experiment on, so that its figures stay within their windows. */
  readonly now: () => number
}

export function createExperimentSignals({ readGauge, now }: ExperimentSignalsOptions): ExperimentSignals {
  const startedAtMs = now()
  const signals = createSignals({}, { monotonicNow: now })
  const counter = createOutcomeCounter()
  const readWhole: ReadSignal = (name, selector) => signals.read(name, selector, Math.max(1, now() - startedAtMs))
  return {
    readWhole,
    readRecent: (name, selector, windowMs) => signals.read(name, selector, windowMs) ?? readGauge(name, selector, windowMs),
    onReceipt: (receipt) => {
      counter.add(receipt)
      if (isCallerError(receipt)) return
      // An injected 400 looks like the caller's mistake. Without its code it counts as a failure.
      signals.onCall(isAffected(receipt) ? { ...receipt, error: undefined } : receipt)
    },
    outcomes: () => {
      const counts = counter.counts()
      const { requests, failed } = counts
      return {
        ...counts,
        succeeded: requests - failed,
        successRate: requests === 0 ? undefined : (requests - failed) / requests,
        p50Ms: readWhole('p50', {}, 0),
        p95Ms: readWhole('p95', {}, 0),
        p99Ms: readWhole('p99', {}, 0),
      }
    },
  }
}
