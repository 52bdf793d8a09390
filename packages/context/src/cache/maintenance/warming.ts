import { adaptiveTtlMs, type FreshnessOptions } from '../policy/freshness.ts'
import type { Popularity, PopularityTable } from './popularity.ts'

/** Refreshing popular answers before they expire. */
export interface WarmingOptions {
  /** How often to look. Default 300,000: five minutes. */
  readonly intervalMs: number
  /** Asks lately (they count half after one `ttlMs`) that make an answer popular. Default 10. */
  readonly threshold: number
  /** What the refreshes of one interval may cost. Default one cent. Answers of unknown price count as free. */
  readonly maxCostNanoUsd: number
  /** How many refreshes one interval may see. Default 50. */
  readonly maxRefreshes: number
}

/** The result of one round of warming. */
export interface WarmingResult {
  readonly refreshed: number
  /** Popular and due, but over the cost cap or the number. */
  readonly skipped: number
  /** What the refreshed answers had cost when they were last fetched. */
  readonly costNanoUsd: number
}

export interface DueAnswer<Request> {
  readonly key: string
  readonly request: Request
  readonly costNanoUsd: number
}

export interface Round {
  readonly nowMs: number
  readonly freshness: FreshnessOptions
  readonly options: WarmingOptions
}

/** Whether an answer will no longer be fresh at the next round of warming. */
function isDue<Request>({ storedAtMs, freshForMs, requestCount }: Popularity<Request>, { nowMs, freshness, options }: Round): boolean {
  if (storedAtMs === undefined) return true
  // The next round may come a little late.
  return storedAtMs + (freshForMs ?? adaptiveTtlMs(requestCount, freshness)) <= nowMs + options.intervalMs * 1.1
}

/** Picks what to refresh now: popular, about to expire, the most asked for first, within the caps. */
export function planWarming<Request>(
  table: PopularityTable<Request>,
  task: Round,
): { readonly due: readonly DueAnswer<Request>[]; readonly skipped: number } {
  const { options, nowMs } = task
  const due: DueAnswer<Request>[] = []
  let costNanoUsd = 0
  let skipped = 0
  for (const [key, record] of table.atLeast(options.threshold, nowMs)) {
    const { request } = record
    if (request === undefined || request === null || !isDue(record, task)) continue
    const cost = record.costNanoUsd ?? 0
    if (due.length >= options.maxRefreshes || costNanoUsd + cost > options.maxCostNanoUsd) {
      skipped++
      continue
    }
    costNanoUsd += cost
    due.push({ key, request, costNanoUsd: cost })
  }
  return { due, skipped }
}
