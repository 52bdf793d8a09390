import type { Attempt, Call } from '@proxyapi/core'
import { toNameList } from './name-list.ts'

/** When the stages of a request were reached. Unix milliseconds. */
export interface RequestTimings {
  readonly startedAtMs: number
  readonly authorizedAtMs: number
  readonly admittedAtMs?: number | undefined
}

function serverTiming(winner: Attempt | undefined, timings: RequestTimings, answeredAtMs: number): string {
  const { startedAtMs, authorizedAtMs, admittedAtMs = authorizedAtMs } = timings
  const upstreamMs = winner === undefined ? 0 : answeredAtMs - winner.startedAtMs
  const totalMs = answeredAtMs - startedAtMs
  return `auth;dur=${authorizedAtMs - startedAtMs}, queue;dur=${admittedAtMs - authorizedAtMs}, upstream;dur=${upstreamMs}, ttft;dur=${totalMs}, total;dur=${totalMs}`
}

const nanoPerUsd = 1_000_000_000

/** Money as headers carry it: dollars, exact to the billionth, without trailing zeros. */
function toUsd(nanoUsd: number): string {
  if (nanoUsd === 0) return '0'
  return (nanoUsd / nanoPerUsd).toFixed(9).replace(/\.?0{1,9}$/, '')
}

/** What filters did to the call, and what it has cost so far: a stream's cost is known only at its end. */
function addOutcomes(headers: Record<string, string>, { annotations: { cache, condensation, condensationSkipped }, winner }: Call): void {
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
  else if (condensationSkipped !== undefined) headers['x-proxyapi-condense-skipped'] = condensationSkipped
}

/** Where an answer came from, as headers. Written into one object: every answer passes here. */
export function provenanceHeaders(call: Call, timings: RequestTimings, answeredAtMs: number): Record<string, string> {
  const { winner, attempts, dropped, changed } = call
  const first = attempts[0]
  // Who gave the answer, also when that was long ago.
  const origin = winner ?? call.annotations.cache
  const headers: Record<string, string> = { 'x-proxyapi-attempts': String(attempts.length) }
  addOutcomes(headers, call)
  headers['server-timing'] = serverTiming(winner, timings, answeredAtMs)
  if (origin?.provider !== undefined) headers['x-proxyapi-provider'] = origin.provider
  if (origin?.model !== undefined) headers['x-proxyapi-model'] = origin.model
  // Whether another target answered than the one that was asked first.
  if (winner !== undefined) headers['x-proxyapi-fallback'] = String(winner.provider !== first?.provider || winner.model !== first.model)
  const { guardrails } = call.annotations
  if (guardrails !== undefined)
    headers['x-proxyapi-guardrails'] = toNameList(new Set(guardrails.map(({ name, verdict }) => `${name}:${verdict}`)))
  if (dropped.size > 0) headers['x-proxyapi-dropped-params'] = toNameList(dropped)
  if (changed !== undefined) headers['x-proxyapi-changed-params'] = toNameList(changed)
  return headers
}
