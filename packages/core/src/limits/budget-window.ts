/*
 * Calendar windows in a time zone. The wall clock's hour, day, Monday or first of the month is found by the zone's own rules, so a day may
 * have 23 or 25 hours. Where a midnight does not exist the window begins with the first moment of the day. The present window of each kind
 * and zone is remembered: asking again costs two comparisons.
 */

/** The stretch of time that a budget is for; `total` never begins anew. */
export type BudgetWindow = 'hour' | 'day' | 'week' | 'month' | 'total'

/** When a window began and when the next one begins, Unix milliseconds. `total` has always been and never ends. */
export interface WindowSpan {
  readonly startMs: number
  readonly endMs: number
}

/** A moment of the wall clock, as if it were of UTC. */
type WallMs = number

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** No zone is further from UTC, and no change of a clock is larger. */
const maxOffsetMs = 26 * hourMs

const allTime: WindowSpan = { startMs: 0, endMs: Number.POSITIVE_INFINITY }

function createWallClock(timeZone: string): (atMs: number) => WallMs {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (atMs) => {
    const found: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(atMs)) found[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((atMs % 1_000) + 1_000) % 1_000)
  }
}

/** The wall's moment at which the window of another begins, `ahead` windows later. */
function windowStart(wall: WallMs, window: Exclude<BudgetWindow, 'total'>, ahead: 0 | 1): WallMs {
  const date = new Date(wall)
  const day = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
  switch (window) {
    case 'hour':
      return Math.floor(wall / hourMs) * hourMs + ahead * hourMs
    case 'day':
      return day + ahead * dayMs
    case 'week':
      // Monday (ISO 8601).
      return day - ((date.getUTCDay() + 6) % 7) * dayMs + ahead * 7 * dayMs
    case 'month':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1)
  }
}

/** The first moment at which the wall clock shows `wall` or later. The wall clock is searched, not computed: offsets change. */
function firstAtOrAfter(wall: WallMs, wallClock: (atMs: number) => WallMs): number {
  let low = wall - maxOffsetMs
  let high = wall + maxOffsetMs
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (wallClock(middle) >= wall) high = middle
    else low = middle
  }
  return high
}

/** The hour that holds a moment. A clock that is set back shows an hour twice: both are hours of their own. */
function hourAt(atMs: number, wallClock: (atMs: number) => WallMs): WindowSpan {
  const startMs = atMs - (((wallClock(atMs) % hourMs) + hourMs) % hourMs)
  return { startMs, endMs: startMs + hourMs }
}

function computeSpan(atMs: number, window: Exclude<BudgetWindow, 'total'>, wallClock: (atMs: number) => WallMs): WindowSpan {
  if (window === 'hour') return hourAt(atMs, wallClock)
  const wall = wallClock(atMs)
  return {
    startMs: firstAtOrAfter(windowStart(wall, window, 0), wallClock),
    endMs: firstAtOrAfter(windowStart(wall, window, 1), wallClock),
  }
}

/** Finds the window that holds a moment. */
export type SpanOf = (atMs: number, window: BudgetWindow, timeZone: string) => WindowSpan

/** Creates a finder of windows that remembers the latest of each kind and zone. Zones are IANA names, which `Intl` knows. @throws RangeError for another */
export function createSpanOf(): SpanOf {
  const clocks = new Map<string, (atMs: number) => WallMs>()
  const latest = new Map<string, WindowSpan>()
  return (atMs, window, timeZone) => {
    if (window === 'total') return allTime
    const name = `${window} ${timeZone}`
    const known = latest.get(name)
    if (known !== undefined && atMs >= known.startMs && atMs < known.endMs) return known
    const wallClock = clocks.get(timeZone) ?? createWallClock(timeZone)
    clocks.set(timeZone, wallClock)
    const span = computeSpan(atMs, window, wallClock)
    latest.set(name, span)
    return span
  }
}
