import { rateLimitResetOf, waitOf } from './rate-limit-reset.ts'

/** A longer wait than a day is taken for a mistake. */
const longestMs = 86_400_000

function bounded(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) && ms >= 0 && ms <= longestMs ? Math.ceil(ms) : undefined
}

/** The answer's own time: a decoder has no clock, and a provider's differs from ours. */
function dateOf(headers: Readonly<Record<string, string>>): number {
  return Date.parse(headers['date'] ?? '')
}

/**
 * How long the provider asks to wait: `retry-after-ms`, else `retry-after` in seconds or as a date, else, for a refusal by 429, when the
 * allowance that ran out comes back. Nonsense is `undefined`.
 */
export function retryAfterOf(status: number, headers: Readonly<Record<string, string>>): number | undefined {
  const ms = Number.parseFloat(headers['retry-after-ms'] ?? '')
  // Azure sends `retry-after-ms: 0` together with a real `retry-after`.
  if (ms > 0) return bounded(ms)
  const nowMs = dateOf(headers)
  const value = headers['retry-after']
  const asked = value === undefined || value === '' ? undefined : bounded(waitOf(value, nowMs))
  return asked ?? (status === 429 ? bounded(rateLimitResetOf(headers, nowMs)) : undefined)
}
