import type { Deps } from '@proxyapi/core'
import type { RecordingFile } from './read-recording.ts'
import { isReplayable, type Replayable, toReplayInit } from './recorded-call.ts'
import type { ReplayedRequest } from './replay-figures.ts'
import { type ReplayPair, type ReplayReport, toReplayReport } from './replay-report.ts'

export interface LiveOptions {
  readonly url: string
  readonly key: string | undefined
  /** How many times faster than recorded. */
  readonly speed: number
  /** Requests are sent while less than this has been spent. */
  readonly maxCostUsd: number
  readonly deps: Pick<Deps, 'fetch' | 'now' | 'sleep' | 'newId'>
  readonly onProgress: (sent: number, planned: number, spentUsd: number) => void
  readonly isStopped: () => boolean
}

/** Requests under way at once; more wait, and fall behind the recording. */
const maxInFlight = 200
/** Between two looks at a place that has become free. */
const pollMs = 20
const nanoUsdPerUsd = 1e9

/** The last number that stands behind `"cost":` in an answer, in nano-dollars: of a stream it is in the last chunk. */
function costIn(text: string): number | null {
  const found = [...text.slice(-4_000).matchAll(/"cost":\s*(\d+(?:\.\d+)?(?:e-?\d+)?)/g)].at(-1)
  return found === undefined ? null : Math.round(Number(found[1]) * nanoUsdPerUsd)
}

function codeIn(text: string, status: number): string {
  return /"code":\s*"([a-z_]{1,64})"/.exec(text)?.[1] ?? `http_${status}`
}

function toReplayed({ status, headers }: Response, text: string, latencyMs: number): ReplayedRequest {
  const provider = headers.get('x-proxyapi-provider')
  const model = headers.get('x-proxyapi-model') ?? ''
  const isFailed = status >= 400 || /"error":\s*\{/.test(text.slice(-4_000))
  const attempts = Math.max(0, Number(headers.get('x-proxyapi-attempts') ?? 0) || 0)
  const won = provider === null || isFailed ? [] : [{ provider, model, outcome: 'success' }]
  return {
    outcome: isFailed ? 'error' : 'complete',
    errorCode: isFailed ? codeIn(text, status) : null,
    target: isFailed || provider === null ? null : `${provider}/${model}`,
    cache: headers.get('x-proxyapi-cache'),
    // The gateway tells how many there were, and who won: the others' names are in its receipt.
    attempts: [
      ...Array.from({ length: Math.min(attempts, 64) - won.length }, () => ({ provider: '', model: '', outcome: 'superseded' })),
      ...won,
    ],
    latencyMs,
    costNanoUsd: isFailed ? 0 : costIn(text),
    wastedNanoUsd: 0,
  }
}

function unreachable(latencyMs: number): ReplayedRequest {
  const none = { target: null, cache: null, attempts: [], costNanoUsd: 0, wastedNanoUsd: 0 }
  return { outcome: 'error', errorCode: 'unreachable', latencyMs, ...none }
}

async function send(recorded: Replayable, { url, key, deps }: LiveOptions): Promise<ReplayedRequest> {
  const sentAtMs = deps.now()
  try {
    const init = toReplayInit(recorded, { id: deps.newId(), credential: key, includeCost: true })
    const response = await deps.fetch(new URL(recorded.request.path, url), init)
    return toReplayed(response, await response.text(), deps.now() - sentAtMs)
  } catch {
    return unreachable(deps.now() - sentAtMs)
  }
}

/** Sends a recording to a gateway, as it was paced or faster, and sets what comes beside what was recorded. */
export async function liveReplay({ head, requests }: RecordingFile, options: LiveOptions): Promise<ReplayReport> {
  const { deps, speed, maxCostUsd, onProgress, isStopped } = options
  const replayable = requests.filter(isReplayable)
  const firstAtMs = replayable[0]?.at_ms ?? 0
  const startedAtMs = deps.now()
  const pairs: ReplayPair[] = []
  const underWay = new Set<Promise<void>>()
  let spent = 0
  let sent = 0
  let stopped: ReplayReport['stopped'] = null
  const begin = (recorded: Replayable): void => {
    const running = send(recorded, options).then((replayed) => {
      pairs.push({ recorded, replayed })
      spent += replayed.costNanoUsd ?? 0
      underWay.delete(running)
    })
    underWay.add(running)
  }
  for (const recorded of replayable) {
    const dueAtMs = startedAtMs + (recorded.at_ms - firstAtMs) / speed
    while ((deps.now() < dueAtMs || underWay.size >= maxInFlight) && !isStopped())
      await deps.sleep(Math.min(pollMs, Math.max(1, dueAtMs - deps.now())))
    if (isStopped()) stopped = 'stopped'
    else if (spent >= maxCostUsd * nanoUsdPerUsd) stopped = 'cost_cap'
    if (stopped !== null) break
    begin(recorded)
    onProgress(++sent, replayable.length, spent / nanoUsdPerUsd)
  }
  await Promise.all(underWay)
  return toReplayReport({
    ...{ mode: 'live', basis: null, stopped, pairs, skipped: requests.length - replayable.length },
    recording: { id: head.id, key: head.key, requests: requests.length },
  })
}
