import type { ParallelTake, Rate, RateTake, Take } from '@proxyapi/core/limits'
import type { LimitRules } from '../auth/rules.ts'
import { LimitError } from '../errors/limit-error.ts'

/** Whose limit it is, or of what. */
export type LimitScope = 'key' | 'team' | 'user' | 'address' | 'route' | 'model' | 'provider'
type LimitKind = 'requests' | 'tokens' | 'parallel'

interface Described {
  /** `key_requests`: a metric label. */
  readonly label: string
  readonly kind: LimitKind
  /** `100 requests per minute of the key "web"`. */
  readonly words: string
}

/** A take that says which limit it is of. */
export type LimitTake = (RateTake | ParallelTake) & Described

/** A subject of limits. */
export interface LimitSubject {
  readonly scope: LimitScope
  /** Tells it apart from all others of its scope; in a store's keys. */
  readonly id: string
  /** For messages. */
  readonly name: string
}

const minuteMs = 60_000
/** Up to here a bucket's level is a whole number that a double holds. */
const maxLevel = Number.MAX_SAFE_INTEGER / 4

/** A rate whose bucket stays exact: one of very many units counts by the millisecond. */
export function toRate(limit: number, windowMs: number, burst: number = limit): Rate {
  if (limit * windowMs <= maxLevel) return { limit, windowMs, burst: Math.min(burst, limit) }
  const aMillisecond = Math.ceil(limit / windowMs)
  return { limit: aMillisecond, windowMs: 1, burst: Math.min(burst, limit) }
}

function nameOf({ scope, name }: LimitSubject): string {
  return name === '' ? `of each ${scope}` : `of the ${scope} "${name}"`
}

function windowWords(windowMs: number): string {
  if (windowMs === minuteMs) return 'per minute'
  if (windowMs === 1_000) return 'per second'
  if (windowMs === 3_600_000) return 'per hour'
  return windowMs === 86_400_000 ? 'per day' : `per ${windowMs / 1_000} s`
}

/** A take of one unit of a rate, or of as many as `amount`. */
export function rateTake(
  subject: LimitSubject,
  kind: 'requests' | 'tokens',
  { rate, amount = 1 }: { readonly rate: Rate; readonly amount?: number },
): LimitTake {
  return {
    type: 'rate',
    key: `${subject.scope}:${subject.id}:${kind}`,
    rate,
    amount,
    label: `${subject.scope}_${kind}`,
    kind,
    words: `${rate.limit} ${kind} ${windowWords(rate.windowMs)} ${nameOf(subject)}`,
  }
}

function parallelTake(subject: LimitSubject, limit: number): LimitTake {
  const { scope, id } = subject
  return {
    type: 'parallel',
    key: `${scope}:${id}:parallel`,
    limit,
    label: `${scope}_parallel`,
    kind: 'parallel',
    words: `${limit} requests at one time ${nameOf(subject)}`,
  }
}

/** What a request takes of a subject's limits, tokens left out. */
export function requestTakes(subject: LimitSubject, rules: LimitRules | undefined): readonly LimitTake[] {
  if (rules === undefined) return []
  const { requestsPerMinute, parallelRequests } = rules
  return [
    ...(requestsPerMinute === undefined ? [] : [rateTake(subject, 'requests', { rate: toRate(requestsPerMinute, minuteMs) })]),
    ...(parallelRequests === undefined ? [] : [parallelTake(subject, parallelRequests)]),
  ]
}

/** What a call takes of a subject's tokens. */
export function tokenTakes(subject: LimitSubject, rules: LimitRules | undefined, amount: () => number): readonly LimitTake[] {
  if (rules?.tokensPerMinute === undefined) return []
  return [rateTake(subject, 'tokens', { rate: toRate(rules.tokensPerMinute, minuteMs), amount: amount() })]
}

/** The error of a take that did not pass. */
export function limitReached(take: Take, retryAfterMs: number): LimitError {
  const { label, words } = take as LimitTake // the takes of this folder are described
  return new LimitError({
    limit: label,
    message: `The limit of ${words} is reached. Try again in ${Math.max(0.001, retryAfterMs / 1_000)} s.`,
    retryAfterMs,
  })
}
