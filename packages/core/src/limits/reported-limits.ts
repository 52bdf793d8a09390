import type { Deps } from '../deps.ts'
import { type Allowance, allowancesOf } from '../dialects/shared/rate-limit-reset.ts'
import type { LimitStore, Take, TakeResult } from './limit-store.ts'
import { createRecentMap } from './recent-map.ts'

/*
 * Limits that others count, as they report what is left with each answer. Between two reports what is sent is counted here. Nothing passes while an
 * allowance is used up, until the moment that was named; with `spreads`, what is left of one that comes to its end is spread over the time until
 * then. What is reported next replaces all of it: a provider knows its limits better than we do.
 */

interface Known {
  readonly unit: Allowance['unit']
  readonly limit: number | undefined
  readonly spanMs: number
  remaining: number
  resetAtMs: number
}

interface State {
  allowances: Known[]
  lastAtMs: number
}

/** How reported limits are kept to. */
export interface ReportedLimitsOptions {
  /** Whether the rest of an allowance is spread over the time until it is whole again. Default: no. */
  readonly spreads?: boolean | undefined
  /** Whose reports are remembered; of more, the least recently asked for are forgotten. Default: 10,000. */
  readonly maxKeys?: number | undefined
}

/** A limit store whose limits are those that were reported: takes are by key, and count one request each. */
export interface ReportedLimits extends LimitStore {
  take(takes: readonly Take[]): TakeResult
  /** Reads what an answer's headers say of a key. Returns whether they said anything. */
  readonly note: (key: string, headers: Readonly<Record<string, string>>) => boolean
  /** Whether anything is known of a key. */
  readonly knows: (key: string) => boolean
}

/** A provider's word is taken up to here, as for cooldowns. */
const longestMs = 300_000
/** Below this share of its limit an allowance comes to its end. */
const scarceShare = 0.1

/** An allowance whose time has come is whole again. */
function renew(known: Known, nowMs: number): void {
  if (nowMs < known.resetAtMs) return
  known.remaining = known.limit ?? Number.POSITIVE_INFINITY
  known.resetAtMs = nowMs + known.spanMs
}

function spreadMs({ unit, limit, remaining, resetAtMs }: Known, lastAtMs: number, nowMs: number): number {
  if (unit !== 'requests' || limit === undefined || remaining > limit * scarceShare) return 0
  return Math.max(0, lastAtMs + (resetAtMs - lastAtMs) / (remaining + 1) - nowMs)
}

function waitMs(known: Known, lastAtMs: number, { nowMs, spreads }: { readonly nowMs: number; readonly spreads: boolean }): number {
  renew(known, nowMs)
  if (known.remaining <= 0) return known.resetAtMs - nowMs
  return spreads ? spreadMs(known, lastAtMs, nowMs) : 0
}

/** Some name 0 for what they don't count: that nothing is left is believed of a limit that is named, too. */
function isBelievable({ limit, remaining }: Allowance): boolean {
  return remaining > 0 || (limit !== undefined && limit > 0)
}

function toKnown({ unit, limit, remaining, resetMs }: Allowance, nowMs: number): Known {
  const spanMs = Math.min(longestMs, Math.max(1, Math.ceil(resetMs)))
  return { unit, limit, remaining, spanMs, resetAtMs: nowMs + spanMs }
}

/** A store of limits that starts empty, and learns from `note`. */
export function createReportedLimits(
  { spreads = false, maxKeys = 10_000 }: ReportedLimitsOptions,
  { now, monotonicNow }: Pick<Deps, 'now' | 'monotonicNow'>,
): ReportedLimits {
  const states = createRecentMap<State>(maxKeys)
  const longestWait = (key: string, nowMs: number): number => {
    const state = states.get(key)
    let longest = 0
    for (const known of state?.allowances ?? []) longest = Math.max(longest, waitMs(known, state?.lastAtMs ?? nowMs, { nowMs, spreads }))
    return Math.ceil(longest)
  }
  const enter = (key: string, nowMs: number): void => {
    const state = states.get(key)
    if (state === undefined) return
    state.lastAtMs = nowMs
    for (const known of state.allowances) if (known.unit === 'requests') known.remaining--
  }
  return {
    take: (takes) => {
      const nowMs = monotonicNow()
      let refused: number | undefined
      let retryAfterMs = 0
      for (const [index, { key }] of takes.entries()) {
        const ms = longestWait(key, nowMs)
        if (ms > retryAfterMs) [refused, retryAfterMs] = [index, ms]
      }
      if (refused === undefined) for (const { key } of takes) enter(key, nowMs)
      return { refused, retryAfterMs, standings: [] }
    },
    adjust: () => undefined,
    release: () => undefined,
    note: (key, headers) => {
      const told = allowancesOf(headers, now()).filter(isBelievable)
      if (told.length === 0) return false
      const nowMs = monotonicNow()
      states.set(key, { allowances: told.map((one) => toKnown(one, nowMs)), lastAtMs: states.peek(key)?.lastAtMs ?? nowMs })
      return true
    },
    knows: (key) => states.get(key) !== undefined,
  }
}
