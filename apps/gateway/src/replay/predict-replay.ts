import type { Deps, Receipt } from '@proxyapi/core'
import { createVirtualWorld, type VirtualWorld } from '@proxyapi/core/testing'
import { type Capability, createGateway, type Gateway, type GatewayConfig, type Principal } from '@proxyapi/server'
import { type Assumptions, type Basis, createPrediction } from './predict-outcome.ts'
import type { RecordingFile } from './read-recording.ts'
import { isReplayable, type Replayable, toReplayInit } from './recorded-call.ts'
import { createRecordedTargets } from './recorded-targets.ts'
import type { ReplayedRequest } from './replay-figures.ts'
import { type ReplayPair, type ReplayReport, toReplayReport } from './replay-report.ts'

export interface PredictOptions {
  readonly config: GatewayConfig
  readonly seed: number
  readonly assumptions: Assumptions
  /** Lets the real event loop turn. */
  readonly breathe: Deps['defer']
}

/** Lets in the requests of keys that the configuration doesn't have. Never leaves the process. */
const replayCredential = 'px-replay-of-a-recording'
/** How long after its last request a replay goes on at most, in its own time. */
const drainMs = 3_600_000
const stepMs = 1_000

/** Who asks on behalf of a key that the configuration doesn't have: without limits and a budget of its own. */
const stranger: Principal = {
  id: 'replay',
  kind: 'issued',
  name: 'replay',
  role: 'user',
  permissions: new Set(['user']),
  models: ['*'],
  tags: [],
  criticality: 'default',
}

const replayAccess: Capability = {
  name: 'replay',
  open: () => undefined,
  compile: () => ({
    authenticator: { name: 'replay', authenticate: (given) => (given === replayCredential ? stranger : undefined) },
  }),
}

/** What needs texts that recordings hide, or would act on the world outside. */
function withoutOutside(config: GatewayConfig): GatewayConfig {
  return {
    ...config,
    server: { ...config.server, host: '127.0.0.1' },
    caching: { ...config.caching, semantic: { ...config.caching.semantic, enabled: false } },
    alerting: { ...config.alerting, enabled: false },
  }
}

/** The key of the same name, where the configuration has it as it is. */
function credentialOf({ key }: Replayable, { auth }: GatewayConfig): string {
  const own = auth.api_keys.find((one) => typeof one !== 'string' && one.name === key?.name)
  return typeof own === 'object' && typeof own.key === 'string' && own.key !== '' ? own.key : replayCredential
}

function fromReceipt(receipt: Receipt): ReplayedRequest {
  const { outcome, error, provider, model, cache, attempts, startedAtMs, endedAtMs, costNanoUsd, wastedNanoUsd } = receipt
  return {
    ...{ outcome, errorCode: error?.code ?? null, cache: cache?.status ?? null, attempts, latencyMs: endedAtMs - startedAtMs },
    target: outcome === 'complete' && provider !== undefined ? `${provider}/${model ?? ''}` : null,
    costNanoUsd,
    wastedNanoUsd,
  }
}

/** What was refused before a call was made of it: by a key's rights or its limits. */
async function fromRefusal(response: Response): Promise<ReplayedRequest> {
  const body = (await response.json()) as { readonly error?: { readonly code?: unknown; readonly type?: unknown } } // an error of the gateway's
  const code = typeof body.error?.code === 'string' ? body.error.code : String(body.error?.type ?? response.status)
  return { outcome: 'error', errorCode: code, target: null, cache: null, attempts: [], latencyMs: 0, costNanoUsd: 0, wastedNanoUsd: 0 }
}

interface Replay {
  readonly world: VirtualWorld
  readonly gateway: Gateway
  readonly receipts: ReadonlyMap<string, Receipt>
}

/** Sends each request when it was sent, in the recording's own time, and waits for the last answers. */
async function sendAll(requests: readonly Replayable[], { world, gateway }: Replay, { config, breathe }: PredictOptions) {
  const refusals = new Map<string, ReplayedRequest>()
  let open = 0
  const turn = (): Promise<void> => new Promise((resolve) => breathe(resolve))
  const send = async (recorded: Replayable, id: string): Promise<void> => {
    const init = toReplayInit(recorded, { id, credential: credentialOf(recorded, config), includeCost: false })
    const response = await gateway.fetch(`http://127.0.0.1${recorded.request.path}`, init)
    if (response.status >= 400) refusals.set(id, await fromRefusal(response))
    else await response.arrayBuffer()
  }
  for (const [index, recorded] of requests.entries()) {
    await world.run(recorded.at_ms)
    open++
    void send(recorded, idOf(index)).finally(() => {
      open--
    })
    // Bodies are read in turns of the real event loop.
    await turn()
  }
  const latestMs = world.now() + drainMs
  while (open > 0 && world.now() < latestMs) {
    await world.run(world.now() + stepMs)
    await turn()
  }
  return refusals
}

function idOf(index: number): string {
  return `replay-${index}`
}

const unanswered: ReplayedRequest = {
  ...{ outcome: 'error', errorCode: 'unanswered', target: null, cache: null, attempts: [] },
  ...{ latencyMs: 0, costNanoUsd: 0, wastedNanoUsd: 0 },
}

/**
 * Says what a configuration would have made of a recording: its own routes, retries, fallbacks, budgets, limits and cache run in virtual time, and
 * where they would ask a provider, the recording answers. Nobody is asked.
 *
 * @throws ProxyApiError `invalid_config`
 */
export async function predictReplay(recording: RecordingFile, options: PredictOptions): Promise<ReplayReport> {
  const { head, requests } = recording
  const replayable = requests.filter(isReplayable)
  const world = createVirtualWorld({ seed: options.seed, startMs: replayable[0]?.at_ms ?? 0 })
  const basis: Record<Basis, number> = { recorded: 0, target: 0, assumed: 0 }
  const receipts = new Map<string, Receipt>()
  const gateway = createGateway(withoutOutside(options.config), {
    deps: world.deps,
    capabilities: [replayAccess],
    targetFilter: createRecordedTargets({
      predict: createPrediction(requests, options.assumptions, world.random('outcomes')),
      requestOf: (id) => (id.startsWith('replay-') ? replayable[Number(id.slice('replay-'.length))] : undefined),
      onAttempt: (of) => {
        basis[of]++
      },
      deps: world.deps,
    }),
    onReceipt: (receipt) => receipts.set(receipt.id, receipt),
  })
  const refusals = await sendAll(replayable, { world, gateway, receipts }, options)
  await world.run(world.now() + stepMs)
  await gateway.close()
  const pairs = replayable.map((recorded, index): ReplayPair => {
    const receipt = receipts.get(idOf(index))
    return { recorded, replayed: receipt === undefined ? (refusals.get(idOf(index)) ?? unanswered) : fromReceipt(receipt) }
  })
  return toReplayReport({
    ...{ mode: 'predicted', basis, stopped: null, pairs, skipped: requests.length - replayable.length },
    recording: { id: head.id, key: head.key, requests: requests.length },
  })
}
