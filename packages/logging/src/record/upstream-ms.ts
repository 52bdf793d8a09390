/** A call's times, in Unix milliseconds. */
export interface CallTimes {
  readonly attempts: readonly { readonly startedAtMs: number; readonly endedAtMs?: number | undefined }[]
  readonly endedAtMs: number
}

/** Milliseconds in which at least one try was open: hedged tries count once, waits between tries not at all. */
export function upstreamMs({ attempts, endedAtMs }: CallTimes): number {
  const [only] = attempts
  if (only === undefined) return 0
  if (attempts.length === 1) return Math.max(0, (only.endedAtMs ?? endedAtMs) - only.startedAtMs)
  const spans = attempts
    .map((attempt) => ({ start: attempt.startedAtMs, end: attempt.endedAtMs ?? endedAtMs }))
    .sort((a, b) => a.start - b.start)
  let total = 0
  let coveredUntil = Number.NEGATIVE_INFINITY
  for (const { start, end } of spans) {
    total += Math.max(0, end - Math.max(start, coveredUntil))
    coveredUntil = Math.max(coveredUntil, end)
  }
  return total
}
