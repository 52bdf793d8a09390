/*
 * A limit of so many units in a window, smooth and exact: the generic cell rate algorithm in its form as a leaky bucket (ITU-T I.371, annex A).
 * What was taken is a level that drains by `limit` in each window; a take passes where the level stays within the burst. The level counts
 * units times milliseconds of the window, and drains by `limit` each millisecond: whole numbers all along, and nothing is ever rounded.
 * In any time t at most burst + limit * t / window units pass. Each take costs a few operations, and a bucket is two numbers.
 */

/** So many units in each window, of which `burst` may come at once. */
export interface Rate {
  /** Whole units in a window. */
  readonly limit: number
  /** Whole milliseconds. */
  readonly windowMs: number
  /** Whole units that pass at once when nothing was taken for a while, at most `limit`. */
  readonly burst: number
}

/** What was taken of a rate. Unix milliseconds. */
export interface RateBucket {
  level: number
  atMs: number
}

/** What is left of a rate. */
export interface Standing {
  /** Units that would pass now. */
  readonly remaining: number
  /** Until all of the burst is there again. */
  readonly resetMs: number
}

export function createRateBucket(nowMs: number): RateBucket {
  return { level: 0, atMs: nowMs }
}

/** Lets the level drain until now. A clock that was set back drains nothing. */
export function drain(bucket: RateBucket, { limit }: Rate, nowMs: number): void {
  const elapsedMs = nowMs - bucket.atMs
  if (elapsedMs > 0) bucket.level = elapsedMs >= bucket.level / limit ? 0 : bucket.level - elapsedMs * limit
  // Also back: else nothing would drain until the clock is again where it was.
  bucket.atMs = nowMs
}

/** How many units a take of `amount` counts as: what could never pass needs the whole burst. */
export function takenUnits(amount: number, { burst }: Rate): number {
  return Math.min(amount, burst)
}

/** How long until `amount` passes, in milliseconds; 0 for now. The bucket has been drained. */
export function waitMs({ level }: RateBucket, rate: Rate, amount: number): number {
  const over = level + takenUnits(amount, rate) * rate.windowMs - rate.burst * rate.windowMs
  return over <= 0 ? 0 : Math.ceil(over / rate.limit)
}

/** Takes units without asking, or gives them back where `amount` is negative: the level may exceed the burst, and is never below nothing. */
export function addTo(bucket: RateBucket, { windowMs }: Rate, amount: number): void {
  bucket.level = Math.max(0, bucket.level + amount * windowMs)
}

/** What is left. The bucket has been drained. */
export function standingOf({ level }: RateBucket, { limit, burst, windowMs }: Rate): Standing {
  return { remaining: Math.max(0, Math.floor((burst * windowMs - level) / windowMs)), resetMs: Math.ceil(level / limit) }
}
