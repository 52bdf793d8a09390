/** What was alive after a collection. */
export interface HeapPoint {
  readonly atMs: number
  readonly bytes: number
}

/** Whether what survives collections keeps growing. */
export interface LeakSuspicion {
  readonly suspected: boolean
  /** Median growth of what survives collections; negative when it shrinks. */
  readonly slopeBytesPerHour: number
  /** From 0 to 1: how unlikely it is that mere chance would climb so steadily (1 - p of a Mann-Kendall test); 0 when it does not climb. */
  readonly confidence: number
  /** Collections that the judgement rests on, at most one in two minutes. */
  readonly points: number
  readonly spanMs: number
}

const spacingMs = 120_000
/** Four hours at one point in two minutes. The judgement costs the square of this: about a millisecond. */
const maxPoints = 120
const hourMs = 3_600_000

const minPoints = 10
const minSpanMs = 1_800_000
const minConfidence = 0.99
const minGrowthBytes = 8 * 1024 * 1024
const minGrowthRatio = 0.05
/** A cache that has filled up shows an old slope and no new one. */
const minRecentShare = 1 / 3

/** Adds a point. Of points less than two minutes apart the lowest stays: the others still hold what a better collection frees. */
export function addHeapPoint(points: readonly HeapPoint[], point: HeapPoint): readonly HeapPoint[] {
  const last = points.at(-1)
  if (last === undefined) return [point]
  // The clock was set back: slopes across that would be nonsense.
  if (point.atMs < last.atMs) return [point]
  if (point.atMs - last.atMs >= spacingMs) return [...points, point].slice(-maxPoints)
  return point.bytes < last.bytes ? [...points.slice(0, -1), { atMs: last.atMs, bytes: point.bytes }] : points
}

/** Judges growth by the median of all slopes (Theil-Sen): one large request at the wrong moment does not move it. */
export function judgeLeak(points: readonly HeapPoint[]): LeakSuspicion {
  const slope = medianSlope(points)
  const spanMs = (points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0)
  const confidence = trendConfidence(points)
  const suspected =
    points.length >= minPoints &&
    spanMs >= minSpanMs &&
    confidence >= minConfidence &&
    slope * spanMs >= Math.max(minGrowthBytes, minGrowthRatio * median(points.map(({ bytes }) => bytes))) &&
    medianSlope(points.slice(points.length >> 1)) >= slope * minRecentShare
  return { suspected, slopeBytesPerHour: Math.round(slope * hourMs), confidence, points: points.length, spanMs }
}

/** Calls `visit` with the growth and the distance in time of every two points. */
function forEachPair(points: readonly HeapPoint[], visit: (bytes: number, ms: number) => void): void {
  for (const [index, later] of points.entries()) {
    for (const earlier of points.slice(0, index)) visit(later.bytes - earlier.bytes, later.atMs - earlier.atMs)
  }
}

function medianSlope(points: readonly HeapPoint[]): number {
  const slopes: number[] = []
  forEachPair(points, (bytes, ms) => slopes.push(bytes / ms))
  return median(slopes)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 0 ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper
}

/** Ties are not corrected for, which errs towards less confidence. */
function trendConfidence(points: readonly HeapPoint[]): number {
  const count = points.length
  let score = 0
  forEachPair(points, (bytes) => {
    score += Math.sign(bytes)
  })
  if (score <= 0) return 0
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18)
  return 2 * normalShareBelow((score - 1) / deviation) - 1
}

/** The standard normal distribution up to `z` of 0 or more; Abramowitz and Stegun 26.2.17, off by less than 1e-7. */
function normalShareBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
}
