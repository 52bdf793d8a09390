import type { RecordedRequest } from '@proxyapi/server'
import type { Basis } from './predict-outcome.ts'
import { type ReplayedRequest, type ReplayFigures, toFigures } from './replay-figures.ts'

/** What a request's fate was before and is now, where that differs. */
export interface ReplayDifference {
  readonly id: string
  readonly requested_model: string
  readonly recorded: { readonly outcome: string; readonly error_code: string | null; readonly target: string | null }
  readonly replayed: { readonly outcome: string; readonly error_code: string | null; readonly target: string | null }
}

/** The answer of `proxyapi replay --json`. */
export interface ReplayReport {
  readonly object: 'replay'
  /** `predicted`: nobody was asked; `live`: a gateway was. */
  readonly mode: 'predicted' | 'live'
  readonly recording: { readonly id: string; readonly key: string; readonly requests: number }
  /** Requests that could not be sent again: their bodies were not recorded. */
  readonly skipped: number
  readonly recorded: ReplayFigures
  readonly replayed: ReplayFigures
  readonly changes: {
    readonly cost_usd: number
    readonly now_failing: number
    readonly now_answered: number
    readonly routed_elsewhere: number
    /** The first of them. */
    readonly requests: readonly ReplayDifference[]
  }
  /** What predicted attempts rest on; `null` where a gateway was asked. */
  readonly basis: Readonly<Record<Basis, number>> | null
  /** Why a live replay ended before its end. */
  readonly stopped: 'cost_cap' | 'stopped' | null
}

const maxDifferences = 100

/** What a recording says became of a request. */
function fromRecorded(recorded: RecordedRequest): ReplayedRequest {
  const { outcome, error_code: errorCode, provider, model, cache, attempts, latency_ms: latencyMs } = recorded
  const cost = recorded.cost_nano_usd
  return {
    ...{ outcome: outcome === 'complete' || outcome === 'canceled' ? outcome : 'error', errorCode, cache, attempts, latencyMs },
    target: outcome === 'complete' && provider !== null ? `${provider}/${model ?? ''}` : null,
    costNanoUsd: cost === null ? null : Number(cost),
    wastedNanoUsd: Number(recorded.wasted_nano_usd),
  }
}

/** A request with what became of it in the replay. */
export interface ReplayPair {
  readonly recorded: RecordedRequest
  readonly replayed: ReplayedRequest
}

type Told = ReplayDifference['recorded']

function told({ outcome, errorCode, target }: ReplayedRequest): Told {
  return { outcome, error_code: errorCode, target }
}

function isSame(a: Told, b: Told): boolean {
  return a.outcome === b.outcome && a.target === b.target
}

export interface ReplayFacts extends Pick<ReplayReport, 'mode' | 'recording' | 'skipped' | 'basis' | 'stopped'> {
  readonly pairs: readonly ReplayPair[]
}

/** Sets a replay beside its recording. Pure. */
export function toReplayReport({ pairs, ...facts }: ReplayFacts): ReplayReport {
  const recorded = toFigures(pairs.map((pair) => fromRecorded(pair.recorded)))
  const replayed = toFigures(pairs.map((pair) => pair.replayed))
  const compared = pairs.map(({ recorded: before, replayed: after }) => ({
    id: before.id,
    requested_model: before.requested_model,
    recorded: told(fromRecorded(before)),
    replayed: told(after),
  }))
  const different = compared.filter((one) => !isSame(one.recorded, one.replayed))
  const isAnswered = ({ outcome }: Told): boolean => outcome === 'complete'
  return {
    object: 'replay',
    ...facts,
    recorded,
    replayed,
    changes: {
      cost_usd: replayed.cost_usd - recorded.cost_usd,
      now_failing: different.filter((one) => isAnswered(one.recorded) && !isAnswered(one.replayed)).length,
      now_answered: different.filter((one) => !isAnswered(one.recorded) && isAnswered(one.replayed)).length,
      routed_elsewhere: different.filter((one) => isAnswered(one.recorded) && isAnswered(one.replayed)).length,
      requests: different.slice(0, maxDifferences),
    },
  }
}
