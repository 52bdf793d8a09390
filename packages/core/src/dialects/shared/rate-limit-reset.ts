/*
 * When a refused allowance comes back, by the headers that vendors send with every answer. Only exhausted allowances count: the others have a
 * reset too, and it says nothing of this refusal. Of several exhausted ones the last to come back decides.
 */

type Headers = Readonly<Record<string, string>>

type Unit = 'requests' | 'tokens'

/** One allowance's headers: how much it is, what is left of it, and when it is whole again. */
interface AllowanceHeaders {
  readonly unit: Unit
  readonly limit: string
  readonly remaining: string
  readonly reset: string
}

/** What an answer says of one allowance. */
export interface Allowance {
  readonly unit: Unit
  readonly limit: number | undefined
  readonly remaining: number
  readonly resetMs: number
}

function of(prefix: string, kinds: readonly string[]): readonly AllowanceHeaders[] {
  return kinds.map((kind) => ({
    ...{ unit: kind === 'requests' ? 'requests' : 'tokens', limit: `${prefix}-${kind}-limit` },
    ...{ remaining: `${prefix}-${kind}-remaining`, reset: `${prefix}-${kind}-reset` },
  }))
}

const allowances: readonly AllowanceHeaders[] = [
  // platform.openai.com/docs/guides/rate-limits and console.groq.com/docs/rate-limits, 2026-05: durations such as `6m0s`
  ...(['requests', 'tokens'] as const).map((unit) => ({
    ...{ unit, limit: `x-ratelimit-limit-${unit}`, remaining: `x-ratelimit-remaining-${unit}`, reset: `x-ratelimit-reset-${unit}` },
  })),
  // docs.anthropic.com/en/api/rate-limits, 2026-05: RFC 3339
  ...of('anthropic-ratelimit', ['requests', 'tokens', 'input-tokens', 'output-tokens']),
  // openrouter.ai/docs/api-reference/limits, 2026-05: Unix milliseconds
  { unit: 'requests', limit: 'x-ratelimit-limit', remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset' },
  // IETF draft-ietf-httpapi-ratelimit-headers-06: seconds
  { unit: 'requests', limit: 'ratelimit-limit', remaining: 'ratelimit-remaining', reset: 'ratelimit-reset' },
]

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

/** `6m0s`, `2m59.56s`, `100ms`: Go's durations, as OpenAI and Groq write them. */
function fromDuration(value: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|[dhms]))+$/.test(value)) return undefined
  let ms = 0
  for (const [, amount, unit = ''] of value.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/gy)) ms += Number(amount) * (units[unit] ?? 0)
  return ms
}

/** Numbers from here on are moments, not seconds to wait: that many seconds are 31 years. */
const unixSeconds = 1e9
const unixMilliseconds = 1e12

function fromNumber(value: number, nowMs: number): number {
  if (value >= unixMilliseconds) return value - nowMs
  return value >= unixSeconds ? value * 1_000 - nowMs : value * 1_000
}

/** How long until the moment or the end of the duration that a header names, in milliseconds; `undefined` for nonsense. `nowMs` is the answer's own time. */
export function waitOf(value: string, nowMs: number): number | undefined {
  const text = value.trim()
  const ms = /^\d+(\.\d+)?$/.test(text) ? fromNumber(Number(text), nowMs) : (fromDuration(text) ?? Date.parse(text) - nowMs)
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined
}

/** How long until the allowances that ran out are whole again; `undefined` where the headers don't say. */
export function rateLimitResetOf(headers: Headers, nowMs: number): number | undefined {
  let longest: number | undefined
  for (const { remaining, reset } of allowances) {
    const value = headers[reset]
    // Where it isn't said what is left, a refusal says it.
    if (value === undefined || Number(headers[remaining] ?? 0) > 0) continue
    const ms = waitOf(value, nowMs)
    if (ms !== undefined && ms > (longest ?? -1)) longest = ms
  }
  return longest
}

/** Azure says what is left and, for most deployments, not until when (learn.microsoft.com, Azure OpenAI quotas, 2026): its windows begin at one second. */
const unstatedResetMs = 1_000

function numberOf(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** What an answer says of the allowances of its account and model; most say nothing. Moments are told by the answer's own clock, where it names it. */
export function allowancesOf(headers: Headers, nowMs: number): readonly Allowance[] {
  let found: Allowance[] | undefined
  for (const { unit, limit, remaining, reset } of allowances) {
    // Every answer passes here, and most have none of them.
    if (headers[remaining] === undefined) continue
    const left = numberOf(headers[remaining])
    if (left === undefined) continue
    const date = Date.parse(headers['date'] ?? '')
    const at = headers[reset]
    const resetMs = at === undefined ? unstatedResetMs : waitOf(at, Number.isFinite(date) ? date : nowMs)
    if (resetMs === undefined) continue
    found ??= []
    found.push({ unit, limit: numberOf(headers[limit]), remaining: left, resetMs })
  }
  return found ?? none
}

const none: readonly Allowance[] = []
