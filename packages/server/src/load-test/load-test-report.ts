import { toIso } from '../http/to-iso.ts'
import type { Latencies, Tallied } from './load-tally.ts'
import type { LoadEstimate, LoadTestPlan } from './load-test-plan.ts'
import type { LoadTestProgress } from './run-load-test.ts'

/** What part of a test's requests came to, as the API has it. */
export interface LoadFigures {
  readonly completed: number
  readonly failed: number
  readonly error_rate: number
  readonly throughput_rps: number
  readonly latency_ms: Latencies
  readonly first_content_ms: Latencies
  readonly cost_usd: number
  readonly errors: Readonly<Record<string, number>>
}

/** A test as `GET /api/load-test/{id}` answers it, and as it is kept. */
export interface LoadTestReport extends LoadFigures {
  readonly test_id: string
  readonly status: 'running' | 'completed' | 'stopped' | 'aborted'
  /** Why it ended; `null` while it runs. */
  readonly reason: string | null
  readonly tier: string
  readonly target_rps: number
  readonly duration_seconds: number
  readonly warm_up_seconds: number
  readonly models: readonly string[]
  readonly stream: boolean
  readonly max_cost_usd: number
  readonly started_at: string
  readonly ended_at: string | null
  readonly elapsed_seconds: number
  readonly requests: {
    readonly planned: number
    readonly sent: number
    readonly in_flight: number
    readonly not_sent: number
    readonly unanswered: number
  }
  readonly estimated: {
    readonly requests: number
    readonly cost_usd: number | null
    readonly unknown_prices: readonly string[]
    readonly over_cap: boolean
  }
  readonly providers: Readonly<Record<string, LoadFigures>>
  /** Against an earlier test: 0.1 is a tenth more. */
  readonly comparison: LoadComparison | null
}

export interface LoadComparison {
  readonly test_id: string
  readonly throughput_rps: number | null
  readonly error_rate: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly cost_usd: number | null
}

/** What a report is made from. */
export interface LoadTestFacts {
  readonly id: string
  readonly plan: LoadTestPlan
  readonly estimate: LoadEstimate
  readonly startedAtMs: number
  readonly progress: LoadTestProgress
  readonly earlier: LoadTestReport | undefined
}

const nanoUsdPerUsd = 1e9

function rounded(value: number, digits = 4): number {
  return Number(value.toFixed(digits))
}

function toFigures(tallied: Tallied, measuredMs: number): LoadFigures {
  const { completed, failed, errorRate, latency, firstContent, costNanoUsd, errors } = tallied
  return {
    ...{ completed, failed, error_rate: rounded(errorRate), throughput_rps: rounded((completed * 1_000) / measuredMs, 2) },
    ...{ latency_ms: latency, first_content_ms: firstContent, cost_usd: costNanoUsd / nanoUsdPerUsd, errors },
  }
}

function statusOf({ end }: LoadTestProgress): LoadTestReport['status'] {
  if (end === undefined) return 'running'
  if (end === 'completed') return 'completed'
  return end === 'stopped' || end === 'closed' ? 'stopped' : 'aborted'
}

/** How much more it is than before; `null` where there is nothing to compare with. */
function change(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : rounded(now / before - 1)
}

function compare(figures: LoadFigures, earlier: LoadTestReport): LoadComparison {
  const { latency_ms: now } = figures
  const { latency_ms: before } = earlier
  return {
    test_id: earlier.test_id,
    throughput_rps: change(figures.throughput_rps, earlier.throughput_rps),
    error_rate: rounded(figures.error_rate - earlier.error_rate),
    p50: change(now.p50, before.p50),
    p95: change(now.p95, before.p95),
    p99: change(now.p99, before.p99),
    cost_usd: change(figures.cost_usd, earlier.cost_usd),
  }
}

/** A test as it stands, for the API. */
export function toReport({ id, plan, estimate, startedAtMs, progress, earlier }: LoadTestFacts): LoadTestReport {
  const { elapsedMs, planned, sent, inFlight, notSent, unanswered, tally, end, measuredMs } = progress
  const figures = toFigures(tally.all(), measuredMs)
  const providers = Object.fromEntries(Object.entries(tally.byProvider()).map(([name, tallied]) => [name, toFigures(tallied, measuredMs)]))
  return {
    ...{ test_id: id, status: statusOf(progress), reason: end ?? null, tier: plan.tier, target_rps: plan.targetRps },
    ...{ duration_seconds: plan.durationMs / 1_000, warm_up_seconds: plan.warmUpMs / 1_000 },
    ...{ models: plan.targets.map(({ model }) => model), stream: plan.stream, max_cost_usd: plan.maxCostUsd },
    started_at: toIso(startedAtMs) ?? '',
    ended_at: end === undefined ? null : toIso(startedAtMs + elapsedMs),
    elapsed_seconds: rounded(elapsedMs / 1_000, 3),
    requests: { planned, sent, in_flight: end === undefined ? inFlight : 0, not_sent: notSent, unanswered },
    estimated: {
      requests: estimate.requests,
      cost_usd: estimate.costUsd,
      unknown_prices: estimate.unknownPrices,
      over_cap: estimate.isOverCap,
    },
    ...figures,
    providers,
    comparison: earlier === undefined ? null : compare(figures, earlier),
  }
}
