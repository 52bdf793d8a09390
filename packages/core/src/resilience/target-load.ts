import type { Deps } from '../deps.ts'

/** What is known of how busy and how quick a target is. */
export interface TargetLoad {
  readonly begin: () => void
  readonly end: () => void
  /** An answer (a stream's first content) took this long. `failed` ones count as slow: a target that refuses quickly must not look attractive. */
  readonly observe: (tookMs: number, failed: boolean) => void
  readonly inFlight: () => number
  /** Latency of answers that jumps up at once and decays over ten seconds; 0 when nothing is known. */
  readonly latencyMs: () => number
  /** The same with the penalty of failures in it: what a choice between targets goes by. */
  readonly penalisedLatencyMs: () => number
}

/** docs/resilience.md section 6. */
const decayMs = 10_000
const failurePenaltyMs = 5_000

/** Peak-sensitive moving average, after Finagle's "Peak EWMA": a peak counts in full, quiet makes it fade. */
function createPeakAverage(deps: Pick<Deps, 'monotonicNow'>) {
  let average = 0
  let atMs = 0
  return {
    follow: (ms: number): void => {
      const nowMs = deps.monotonicNow()
      const weight = Math.exp(-(nowMs - atMs) / decayMs)
      average = ms > average ? ms : average * weight + ms * (1 - weight)
      atMs = nowMs
    },
    now: (): number => average * Math.exp(-(deps.monotonicNow() - atMs) / decayMs),
  }
}

export function createTargetLoad(deps: Pick<Deps, 'monotonicNow'>): TargetLoad {
  let running = 0
  const answers = createPeakAverage(deps)
  const penalised = createPeakAverage(deps)
  return {
    begin: () => {
      running++
    },
    end: () => {
      running--
    },
    observe: (tookMs, failed) => {
      if (!failed) answers.follow(tookMs)
      penalised.follow(failed ? Math.max(tookMs, failurePenaltyMs) : tookMs)
    },
    inFlight: () => running,
    latencyMs: answers.now,
    penalisedLatencyMs: penalised.now,
  }
}
