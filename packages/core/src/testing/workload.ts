import type { ChatRequest } from '../chat/request.ts'
import { type Distribution, draw } from './distribution.ts'
import type { Random } from './random.ts'
import { clientMark } from './read-asked.ts'

/** When callers come, whether or not those before them have been served. */
export type Arrivals =
  | { readonly type: 'poisson'; readonly perSecond: number }
  | { readonly type: 'bursts'; readonly size: number; readonly everyMs: number }

/** Who calls, and how they behave. Shares run from 0 to 1. */
export interface Workload {
  /** `undefined` is 20 a second, at random. */
  readonly arrivals?: Arrivals | undefined
  /** Share of streams; `undefined` is one half. */
  readonly streamShare?: number | undefined
  /** Callers who leave some time after they came, whatever they have got by then. */
  readonly leaving?: { readonly share: number; readonly afterMs: Distribution } | undefined
  /** Callers who read their stream slowly. */
  readonly slowReaders?: { readonly share: number; readonly pauseMs: number } | undefined
  /** The deadline that callers set; `undefined` leaves the engine's own. */
  readonly timeoutMs?: Distribution | undefined
  /** What is asked, merged over a short prompt. A prompt of your own should hold the mark that it is given. */
  readonly request?: ((client: number, mark: string) => Partial<ChatRequest>) | undefined
}

/** How a caller leaves: through the call, through its own signal, by ending its reading, or by reading no more and saying nothing. */
export type Leaving = 'cancel' | 'signal' | 'return' | 'freeze'

/** One caller, drawn in advance. */
export interface PlannedClient {
  readonly client: number
  /** Milliseconds since the world began. */
  readonly atMs: number
  readonly request: ChatRequest
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

function planClient(workload: Workload, at: { readonly client: number; readonly atMs: number }, random: Random): PlannedClient {
  const { leaving, slowReaders, timeoutMs, streamShare = 0.5 } = workload
  // Every draw is made for every client, so that changing one share leaves the other draws as they were.
  const [streams, leaves, slow, way] = [random(), random(), random(), random()]
  const afterMs = leaving === undefined ? 0 : draw(leaving.afterMs, random)
  const how = ways[Math.floor(way * ways.length)] ?? 'cancel'
  return {
    ...at,
    request: planRequest(workload, at.client, streams < streamShare),
    timeoutMs: timeoutMs === undefined ? undefined : Math.ceil(draw(timeoutMs, random)),
    leaves: leaving !== undefined && leaves < leaving.share ? { how, afterMs } : undefined,
    pauseMs: slowReaders !== undefined && slow < slowReaders.share ? slowReaders.pauseMs : 0,
  }
}

/** The callers one after the other, without end. */
export function* planClients(workload: Workload, random: (name: string) => Random): Generator<PlannedClient> {
  const arrivals = workload.arrivals ?? defaultArrivals
  const arriving = random('arrivals')
  for (let client = 0, atMs = 0; ; client++) {
    atMs = nextArrival(arrivals, { client, atMs }, arriving)
    yield planClient(workload, { client, atMs }, random(`client/${client}`))
  }
}
