export interface BackoffOptions {
  readonly baseDelayMs: number
  readonly maxDelayMs: number
}

/** Exponential with full jitter: anything from nothing to the cap of this retry. `retry` counts from 1. */
export function backoffMs(retry: number, { baseDelayMs, maxDelayMs }: BackoffOptions, random: () => number): number {
  return random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (retry - 1))
}
