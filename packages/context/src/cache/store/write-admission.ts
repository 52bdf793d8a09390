import type { Deps } from '../../deps.ts'

/** How many answers that were asked for once are written to levels that are written behind. */
export interface FirstWriteLimit {
  /** Lasting rate. Default 200. */
  readonly perSecond: number
  /** How many at once. Default 400. */
  readonly burst: number
}

export const defaultFirstWrites: FirstWriteLimit = { perSecond: 200, burst: 400 }

/** A token bucket: returns a function that takes a token and returns whether there was one. */
export function createTokenBucket({ perSecond, burst }: FirstWriteLimit, { now }: Pick<Deps, 'now'>): () => boolean {
  let tokens = burst
  let filledAtMs = now()
  return () => {
    const nowMs = now()
    // A clock that is set back brings nothing, and takes nothing.
    tokens = Math.min(burst, tokens + (Math.max(0, nowMs - filledAtMs) * perSecond) / 1000)
    filledAtMs = nowMs
    if (tokens < 1) return false
    tokens--
    return true
  }
}
