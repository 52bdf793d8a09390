import type { LimitStandings } from '@proxyapi/core'

type Standing = NonNullable<LimitStandings['requests']>

/** A duration as OpenAI writes those of limits: `20ms`, `1.5s`, `6m0s`, `1h0m0s` (platform.openai.com/docs/guides/rate-limits, 2026-05). */
export function toDuration(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`
  const seconds = Math.ceil(ms) / 1_000
  if (seconds < 60) return `${seconds}s`
  const whole = Math.ceil(seconds)
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60)]
  return `${hours > 0 ? `${hours}h` : ''}${minutes}m${whole % 60}s`
}

/** Of two standings the tighter: the one of which less is left. */
export function tighter(one: Standing | undefined, other: Standing | undefined): Standing | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return other.remaining < one.remaining ? other : one
}

function write(lines: string[], kind: 'requests' | 'tokens', { limit, remaining, resetMs }: Standing): void {
  lines.push(`x-ratelimit-limit-${kind}`, String(limit), `x-ratelimit-remaining-${kind}`, String(remaining))
  lines.push(`x-ratelimit-reset-${kind}`, toDuration(resetMs))
}

/** Adds what is left of the tightest limits to the head of an answer, as names and values in turn. */
export function addLimitLines(lines: string[], own: LimitStandings | undefined, called: LimitStandings | undefined): void {
  const requests = tighter(own?.requests, called?.requests)
  const tokens = tighter(own?.tokens, called?.tokens)
  if (requests !== undefined) write(lines, 'requests', requests)
  if (tokens !== undefined) write(lines, 'tokens', tokens)
}
