/** Bounds on one attempt, in milliseconds. */
export interface AttemptTimeouts {
  readonly connectMs: number
  /** Until a stream's first content. */
  readonly firstTokenMs: number
  /** Between two events of a stream that bring something. */
  readonly idleMs: number
  /** A whole plain answer. */
  readonly plainMs: number
  /** Any attempt, streams included. */
  readonly totalMs: number
}

/** docs/resilience.md section 2. */
export const defaultTimeouts: AttemptTimeouts = {
  connectMs: 3_000,
  firstTokenMs: 30_000,
  idleMs: 30_000,
  plainMs: 60_000,
  totalMs: 600_000,
}
