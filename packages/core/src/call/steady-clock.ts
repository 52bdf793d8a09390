import type { Deps } from '../deps.ts'

/**
 * The clock of one request: Unix milliseconds as the wall clock said when the request began, and from then on what has really passed. All
 * times of a request are read from it, so that their differences are durations even when the wall clock is set meanwhile.
 */
export function createSteadyClock({ now, monotonicNow }: Pick<Deps, 'now' | 'monotonicNow'>): () => number {
  const offsetMs = now() - monotonicNow()
  return () => offsetMs + monotonicNow()
}
