import type { ChatRequest } from '../chat/request.ts'
import type { RerankRequest } from '../operations/rerank.ts'
import { type Distribution, draw } from './distribution.ts'
import { clientMark } from './parse-request.ts'
import type { Random } from './random.ts'

/** When callers arrive, whether or not earlier ones have been served. */
export type Arrivals =
  | { readonly type: 'poisson'; readonly perSecond: number }
  | { readonly type: 'bursts'; readonly size: number; readonly everyMs: number }

/** The callers of a simulation. Shares run from 0 to 1. */
export interface Workload {
  /** `undefined` is a Poisson process of 20 a second. */
  readonly arrivals?: Arrivals | undefined
  /** Share of requests for a stream; `undefined` is one half. */
  readonly streamShare?: number | undefined
  /** Share of callers that have documents ordered, in place of a conversation; `undefined` is none. All upstreams must speak `openai-chat` then. */
  readonly rerankShare?: number | undefined
  /** Callers that leave some time after their request, whatever they have received; `undefined` is none. */
  readonly leaving?: { readonly share: number; readonly afterMs: Distribution } | undefined
  /** Callers that pause between two reads of their stream; `undefined` is none. */
  readonly slowReaders?: { readonly share: number; readonly pauseMs: number } | undefined
  /** The deadline that callers set; `undefined` leaves that of the engine. */
  readonly timeoutMs?: Distribution | undefined
  /** Fields of the request, merged over a short prompt. A prompt of your own must contain `mark`, which assigns upstream calls to the client. */
  readonly request?: ((client: number, mark: string) => Partial<ChatRequest>) | undefined
}

/** How a caller leaves: it cancels the call, aborts its own signal, returns from the iteration, or keeps the connection and never reads again. */
export type Leaving = 'cancel' | 'signal' | 'return' | 'freeze'

/** One caller, drawn in advance. */
export interface PlannedClient {
  readonly client: number
  /** Milliseconds since the start of the simulation. */
  readonly atMs: number
  readonly request: ChatRequest
  /** Asked in place of `request`. */
  readonly rerank: RerankRequest | undefined
  readonly timeoutMs: number | undefined
  readonly leaves: { readonly how: Leaving; readonly afterMs: number } | undefined
  readonly pauseMs: number
}

const defaultArrivals: Arrivals = { type: 'poisson', perSecond: 20 }
const ways: readonly Leaving[] = ['cancel', 'signal', 'return', 'freeze']

function nextArrival(arrivals: Arrivals, before: { readonly client: number; readonly atMs: number }, random: Random): number {
  if (arrivals.type === 'bursts') return Math.floor(before.client / arrivals.size) * arrivals.everyMs
  return before.atMs + draw({ type: 'exponential', mean: 1_000 / arrivals.perSecond }, random)
}

function planRequest(workload: Workload, client: number, stream: boolean): ChatRequest {
  const mark = clientMark(client)
  return {
    model: 'simulated',
    messages: [{ role: 'user', content: `Hello from ${mark}.` }],
    ...workload.request?.(client, mark),
    stream,
  }
}

/** More documents than an answer has tokens. */
const documents = Array.from({ length: 64 }, (_, index) => `Document ${index}`)

function planRerank(client: number): RerankRequest {
  return { model: 'simulated', query: `What has ${clientMark(client)}?`, documents, returnDocuments: true }
}

function planClient(workload: Workload, at: { readonly client: number; readonly atMs: number }, random: Random): PlannedClient {
  const { leaving, slowReaders, timeoutMs, streamShare = 0.5, rerankShare = 0 } = workload
  // Every client makes every draw, so that a change of one share leaves the other draws unchanged.
  const [streams, leaves, slow, way] = [random(), random(), random(), random()]
  const afterMs = leaving === undefined ? 0 : draw(leaving.afterMs, random)
  const how = ways[Math.floor(way * ways.length)] ?? 'cancel'
  const ownTimeoutMs = timeoutMs === undefined ? undefined : Math.ceil(draw(timeoutMs, random))
  const isRerank = random() < rerankShare
  return {
    ...at,
    request: planRequest(workload, at.client, streams < streamShare && !isRerank),
    rerank: isRerank ? planRerank(at.client) : undefined,
    timeoutMs: ownTimeoutMs,
    leaves: leaving !== undefined && leaves < leaving.share ? { how, afterMs } : undefined,
    pauseMs: slowReaders !== undefined && slow < slowReaders.share ? slowReaders.pauseMs : 0,
  }
}

/** The callers in the order of their arrival, without end. */
export function* planClients(workload: Workload, random: (name: string) => Random): Generator<PlannedClient> {
  const arrivals = workload.arrivals ?? defaultArrivals
  const arriving = random('arrivals')
  for (let client = 0, atMs = 0; ; client++) {
    atMs = nextArrival(arrivals, { client, atMs }, arriving)
    yield planClient(workload, { client, atMs }, random(`client/${client}`))
  }
}
