import type { Call } from '@proxyapi/core'

/** Milliseconds at which the stations of a request were reached. */
export interface Stations {
  readonly startedAtMs: number
  readonly authorizedAtMs: number
  readonly answeredAtMs: number
}

function serverTiming(call: Call, stations: Stations): string {
  const winner = call.attempts.at(-1)
  const upstream = winner === undefined ? 0 : stations.answeredAtMs - winner.startedAtMs
  const parts = [
    `auth;dur=${stations.authorizedAtMs - stations.startedAtMs}`,
    `upstream;dur=${upstream}`,
    `ttft;dur=${stations.answeredAtMs - stations.startedAtMs}`,
    `total;dur=${stations.answeredAtMs - stations.startedAtMs}`,
  ]
  return parts.join(', ')
}

/** Where an answer came from, as headers. What is known only at the end of a stream is not among them. */
export function provenanceHeaders(call: Call, stations: Stations): Record<string, string> {
  const winner = call.attempts.at(-1)
  return {
    'x-proxyapi-attempts': String(call.attempts.length),
    'x-proxyapi-cache': 'bypass',
    'server-timing': serverTiming(call, stations),
    ...(winner !== undefined && { 'x-proxyapi-provider': winner.provider, 'x-proxyapi-model': winner.model }),
    ...(call.dropped.size > 0 && { 'x-proxyapi-dropped-params': [...call.dropped].join(', ') }),
  }
}
