import * as v from 'valibot'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const form = /^(\d{1,9}(?:\.\d{1,3})?)\s*(ms|s|m|h|d)?$/

/** A number of seconds, or a text such as `90`, `30s`, `2m`, `4h`. */
function toMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1_000
  const match = typeof value === 'string' ? form.exec(value) : null
  return match === null ? undefined : Number(match[1]) * (units[match[2] ?? 's'] ?? 1_000)
}

/** A stretch of time, in milliseconds once it is read. `said` names the range for the error. */
export function duration({ minMs, maxMs, said }: { readonly minMs: number; readonly maxMs: number; readonly said: string }) {
  return v.pipe(
    v.unknown(),
    v.check((value) => {
      const ms = toMs(value)
      return ms !== undefined && ms >= minMs && ms <= maxMs
    }, `a duration such as 30s, 2m or 4h (${said})`),
    v.transform((value) => toMs(value) ?? 0),
  )
}

/** A day, or a moment of it: `2027-01-01`, `2027-01-01T08:00:00Z`. */
export const date = v.pipe(
  v.union([v.string(), v.date()]),
  v.check((value) => !Number.isNaN(new Date(value).getTime()), 'a date such as 2027-01-01'),
)
