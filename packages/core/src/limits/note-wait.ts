import type { Attempt } from '../call/attempt.ts'

/** Enters in an attempt's record what it waited for before it turned to its provider: a wait is no latency of the provider's. */
export function noteWait(record: Attempt, waitedFor: 'budget' | 'limit', nowMs: number): void {
  const ms = nowMs - record.startedAtMs
  if (ms <= 0 || record.endedAtMs !== undefined) return
  record.waitedMs = (record.waitedMs ?? 0) + ms
  record.waitedFor = waitedFor
  record.startedAtMs = nowMs
}
