import type { Deps } from '../deps.ts'

/** What is known of how busy and how quick a target is. */
export interface TargetLoad {
  readonly begin: () => void
  readonly end: () => void
  /** An answer (a stream's first content) took this long. `failed` ones count as slow: a target that refuses quickly must not look attractive. */
  readonly observe: (tookMs: number, failed: boolean) => void
  readonly inFlight: () => number
  /** Latency that jumps up at once and decays over ten seconds; 0 when nothing is known. */
  readonly latencyMs: () => number
}

/** docs/resilience.md section 6. */
const decayMs = 10_000
const failurePenaltyMs = 5_000

export function createTargetLoad(deps: Pick<Deps, 'now'>): TargetLoad {
  let running = 0
  let average = 0
  let atMs = 0

  /** Peak-sensitive moving average, after Finagle's "Peak EWMA": a peak counts in full, quiet makes it fade. */
  const follow = (ms: number): void => {
    const nowMs = deps.now()
    const weight = Math.exp(-(nowMs - atMs) / decayMs)
    average = ms > average ? ms : average * weight + ms * (1 - weight)
    atMs = nowMs
  }
  return {
    begin: () => {
      running++
    },
    end: () => {
      running--
    },
    observe: (tookMs, failed) => follow(failed ? Math.max(tookMs, failurePenaltyMs) : tookMs),
    inFlight: () => running,
    latencyMs: () => average * Math.exp(-(deps.now() - atMs) / decayMs),
  }
}
