import type { Attempt, CacheOutcome, Call } from '@proxyapi/core'

/** Milliseconds at which the stations of a request were reached. */
export interface Stations {
  readonly startedAtMs: number
  readonly authorizedAtMs: number
  readonly admittedAtMs?: number | undefined
  readonly answeredAtMs: number
}

function serverTiming(winner: Attempt | undefined, stations: Stations): string {
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
function addMarks(headers: Record<string, string>, call: Call, winner: Attempt | undefined): void {
  const { cache, condensation } = call.annotations
  const cost = winner?.costNanoUsd
  // An answer out of a cache saves its whole cost: what condensation would have saved of that is part of it.
  const saved = cache?.savedNanoUsd ?? condensation?.savedNanoUsd
  const isHit = cache !== undefined && cache.status !== 'miss' && cache.status !== 'bypass'
  headers['x-proxyapi-cache'] = cache?.status ?? 'bypass'
  if (cache?.ageSeconds !== undefined) headers['age'] = String(Math.floor(cache.ageSeconds))
  if (typeof saved === 'number') headers['x-proxyapi-saved-usd'] = toUsd(saved)
  if (isHit) headers['x-proxyapi-cost-usd'] = '0'
  else if (typeof cost === 'number') headers['x-proxyapi-cost-usd'] = toUsd(cost)
  if (condensation !== undefined) headers['x-proxyapi-condensed'] = `${condensation.fromTokens}/${condensation.toTokens}`
}

/** Whether another target answered than the one that was asked first. */
function isElsewhere(winner: Attempt, first: Attempt | undefined): boolean {
  return winner.provider !== first?.provider || winner.model !== first.model
}

/** Who gave the answer, also when that was long ago. */
function addOrigin(headers: Record<string, string>, { provider, model }: Pick<CacheOutcome, 'provider' | 'model'>): void {
  if (provider !== undefined) headers['x-proxyapi-provider'] = provider
  if (model !== undefined) headers['x-proxyapi-model'] = model
}

/**
 * Where an answer came from, as headers. What is known only at the end of a stream is not among them. Written into one
 * object: every answer passes here, and an object for each part would cost more than the parts.
 */
export function provenanceHeaders(call: Call, stations: Stations): Record<string, string> {
  const { winner } = call
  const headers: Record<string, string> = { 'x-proxyapi-attempts': String(call.attempts.length) }
  addMarks(headers, call, winner)
  headers['server-timing'] = serverTiming(winner, stations)
  addOrigin(headers, winner ?? call.annotations.cache ?? {})
  if (winner !== undefined) headers['x-proxyapi-fallback'] = String(isElsewhere(winner, call.attempts[0]))
  if (call.dropped.size > 0) headers['x-proxyapi-dropped-params'] = [...call.dropped].join(', ')
  return headers
}
