import type { ProviderOptions } from '../providers/options.ts'
import type { Transport, TransportRequest } from '../transport/transport.ts'
import { type Fault, selectFault } from './fault.ts'
import { perform } from './perform.ts'
import { planPerformance } from './plan-performance.ts'
import type { Random } from './random.ts'
import { type ReadRequest, readAsked } from './read-asked.ts'
import type { UpstreamCall, UpstreamLedger } from './upstream-ledger.ts'
import type { UpstreamScript } from './upstream-script.ts'
import type { VirtualWorld } from './virtual-world.ts'

export interface ScriptedTransportOptions {
  /** How each upstream behaves, by name: the provider whose base URL is `http://<name>` reaches it. Names are host names in lower case. */
  readonly targets: Readonly<Record<string, UpstreamScript>>
  /** Told of everything an upstream does, as it happens. */
  readonly onStep?: ((call: UpstreamCall, what: string) => void) | undefined
}

/** A transport without sockets, and the books of what it served. */
export interface ScriptedTransport extends Transport {
  readonly ledger: UpstreamLedger
}

interface Upstream {
  readonly name: string
  readonly script: UpstreamScript
  /** Calls so far by client, so that what befalls a client's n-th call depends on nobody else. */
  readonly callsByClient: Map<string, number>
  second: number
  callsThisSecond: number
}

function createUpstream(name: string, script: UpstreamScript): Upstream {
  return { name, script, callsByClient: new Map(), second: -1, callsThisSecond: 0 }
}

function randomOf(upstream: Upstream, client: number | undefined, world: VirtualWorld): Random {
  const key = client === undefined ? 'others' : String(client)
  const nth = upstream.callsByClient.get(key) ?? 0
  upstream.callsByClient.set(key, nth + 1)
  return world.random(`upstream/${upstream.name}/${key}/${nth}`)
}

function overCapacity(upstream: Upstream, nowMs: number): Fault | undefined {
  const { capacity } = upstream.script
  if (capacity === undefined) return undefined
  const second = Math.floor(nowMs / 1_000)
  if (second !== upstream.second) Object.assign(upstream, { second, callsThisSecond: 0 })
  if (++upstream.callsThisSecond <= capacity.callsPerSecond) return undefined
  return { type: 'status', status: 429, retryAfterMs: capacity.retryAfterMs }
}

const refused: Fault = { type: 'refuse' }
const noPrefill: Fault = { type: 'status', status: 400, message: 'This model does not support assistant message prefill.' }

function faultOf(
  upstream: Upstream,
  asked: ReadRequest,
  drawn: { readonly world: VirtualWorld; readonly random: Random },
): Fault | undefined {
  const { script } = upstream
  const { world, random } = drawn
  if (asked.prefill !== undefined && script.refusesPrefill === true) return noPrefill
  return overCapacity(upstream, world.now()) ?? selectFault(script.faults ?? [], world.now() - world.startMs, random)
}

function openCall(
  target: string,
  name: string,
  seen: { readonly asked: ReadRequest; readonly fault: Fault | undefined; readonly nowMs: number },
): UpstreamCall {
  const { asked, fault, nowMs } = seen
  const { client, model, stream, prefill } = asked
  const retryAfterMs = fault?.type === 'status' ? fault.retryAfterMs : undefined
  return { target, name, client, model, stream, prefill, fault, retryAfterMs, startedAtMs: nowMs, text: '', tokens: 0, finished: false }
}

/**
 * Upstreams that speak real wire bytes by a script, at the transport's place: an engine over it runs whole, without a socket.
 * The connection to an origin that is no target's is refused.
 *
 * @example
 * const transport = createScriptedTransport(world, { targets: { primary: { faults: [{ fault: { type: 'reset' }, share: 0.1 }] } } })
 * const engine = createEngine({ providers: [scriptedProvider('primary')], transport, deps: world.deps })
 */
export function createScriptedTransport(world: VirtualWorld, { targets, onStep }: ScriptedTransportOptions): ScriptedTransport {
  const calls: UpstreamCall[] = []
  const nobody = createUpstream('nobody', { faults: [{ fault: refused }] })
  const upstreams = new Map(Object.entries(targets).map(([name, script]) => [`http://${name}`, createUpstream(name, script)]))
  const send = (request: TransportRequest): ReturnType<Transport['send']> => {
    const upstream = upstreams.get(request.origin) ?? nobody
    const asked = readAsked(request.body ?? '')
    const random = randomOf(upstream, asked.client, world)
    const fault = faultOf(upstream, asked, { world, random })
    const call = openCall(upstream.name, `${upstream.name}-${calls.length}`, { asked, fault, nowMs: world.now() })
    calls.push(call)
    onStep?.(call, 'request')
    const steps = planPerformance(upstream.script, { ...asked, callName: call.name }, { fault, random })
    return perform(steps, { world, call, onStep: (what) => onStep?.(call, what) })
  }
  return {
    send,
    close: async () => {
      // There is nothing to close: every call ends with its caller.
    },
    ledger: { calls, open: () => calls.filter((call) => call.ended === undefined) },
  }
}

/** The options of the provider that reaches a scripted upstream. Any model may be asked of it. */
export function scriptedProvider(name: string, script: UpstreamScript = {}): ProviderOptions {
  const type = script.dialect === 'anthropic-messages' ? 'anthropic' : 'openai_compatible'
  return { name, type, baseUrl: `http://${name}`, apiKey: 'scripted', models: ['*'] }
}
