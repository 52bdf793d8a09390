import { type Attempt, type CacheMark, type Call, winnerOf } from '@proxyapi/core'

/** Milliseconds at which the stations of a request were reached. */
export interface Stations {
  readonly startedAtMs: number
  readonly authorizedAtMs: number
  readonly admittedAtMs?: number | undefined
  readonly answeredAtMs: number
}

function serverTiming(call: Call, stations: Stations): string {
  const winner = winnerOf(call)
  const upstream = winner === undefined ? 0 : stations.answeredAtMs - winner.startedAtMs
  const parts = [
    `auth;dur=${stations.authorizedAtMs - stations.startedAtMs}`,
    `queue;dur=${(stations.admittedAtMs ?? stations.authorizedAtMs) - stations.authorizedAtMs}`,
    `upstream;dur=${upstream}`,
    `ttft;dur=${stations.answeredAtMs - stations.startedAtMs}`,
    `total;dur=${stations.answeredAtMs - stations.startedAtMs}`,
  ]
  return parts.join(', ')
}

const nanoPerUsd = 1_000_000_000

/** Money as headers carry it: dollars, exact to the billionth, without trailing zeros. */
export function toUsd(nanoUsd: number): string {
  if (nanoUsd === 0) return '0'
  return (nanoUsd / nanoPerUsd).toFixed(9).replace(/\.?0+$/, '')
}

/** What filters did to the call, and what it has cost so far: a stream's cost is known only at its end. */
function markHeaders(call: Call): Record<string, string> {
  const { cache, condensation } = call.marks
  const cost = winnerOf(call)?.costNanoUsd
  // An answer out of a cache saves its whole cost: what condensation would have saved of that is part of it.
  const saved = cache?.savedNanoUsd ?? condensation?.savedNanoUsd
  const isHit = cache !== undefined && cache.status !== 'miss' && cache.status !== 'bypass'
  return {
    'x-proxyapi-cache': cache?.status ?? 'bypass',
    ...(cache?.ageSeconds !== undefined && { age: String(Math.floor(cache.ageSeconds)) }),
    ...(typeof saved === 'number' && { 'x-proxyapi-saved-usd': toUsd(saved) }),
    ...(isHit && { 'x-proxyapi-cost-usd': '0' }),
    ...(!isHit && typeof cost === 'number' && { 'x-proxyapi-cost-usd': toUsd(cost) }),
    ...(condensation !== undefined && { 'x-proxyapi-condensed': `${condensation.fromTokens}/${condensation.toTokens}` }),
  }
}

/** Whether another target answered than the one that was asked first. */
function isElsewhere(winner: Attempt, first: Attempt | undefined): boolean {
  return winner.provider !== first?.provider || winner.model !== first.model
}

/** Who gave the answer, also when that was long ago. */
function originHeaders({ provider, model }: Pick<CacheMark, 'provider' | 'model'> = {}): Record<string, string> {
  return { ...(provider !== undefined && { 'x-proxyapi-provider': provider }), ...(model !== undefined && { 'x-proxyapi-model': model }) }
}

/** Where an answer came from, as headers. What is known only at the end of a stream is not among them. */
export function provenanceHeaders(call: Call, stations: Stations): Record<string, string> {
  const winner = winnerOf(call)
  return {
    'x-proxyapi-attempts': String(call.attempts.length),
    ...markHeaders(call),
    'server-timing': serverTiming(call, stations),
    ...originHeaders(winner ?? call.marks.cache),
    ...(winner !== undefined && { 'x-proxyapi-fallback': String(isElsewhere(winner, call.attempts[0])) }),
    ...(call.dropped.size > 0 && { 'x-proxyapi-dropped-params': [...call.dropped].join(', ') }),
  }
}
