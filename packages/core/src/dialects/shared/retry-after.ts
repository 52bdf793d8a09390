/** A longer wait than a day is taken for a mistake. */
const longestMs = 86_400_000

function positive(ms: number): number | undefined {
  return Number.isFinite(ms) && ms >= 0 && ms <= longestMs ? Math.ceil(ms) : undefined
}

/** The date form of `retry-after`, measured from the answer's own `date` header: a decoder has no clock. */
function fromDate(value: string, date: string | undefined): number | undefined {
  const until = Date.parse(value)
  const from = date === undefined ? Number.NaN : Date.parse(date)
  return until >= from ? positive(until - from) : undefined
}

/** How long the provider asks to wait: `retry-after-ms`, else `retry-after` in seconds or as a date; nonsense is `undefined`. */
export function retryAfterOf(headers: Readonly<Record<string, string>>): number | undefined {
  const ms = Number.parseFloat(headers['retry-after-ms'] ?? '')
  // Azure sends `retry-after-ms: 0` together with a real `retry-after`.
  if (ms > 0) return positive(ms)
  const value = headers['retry-after']
  if (value === undefined || value === '') return undefined
  return /^\d+(\.\d+)?$/.test(value) ? positive(Number(value) * 1000) : fromDate(value, headers['date'])
}
