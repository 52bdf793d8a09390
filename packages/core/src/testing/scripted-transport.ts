import type { ProviderOptions } from '../providers/options.ts'
import type { Transport, TransportRequest } from '../transport/transport.ts'
import { type Fault, selectFault } from './fault.ts'
import { perform } from './perform.ts'
import { planModelList, planPerformance } from './plan-performance.ts'
import type { Random } from './random.ts'
import { type ReadRequest, readAsked } from './read-asked.ts'
import { createUpstreamLedger, type UpstreamCall, type UpstreamLedger } from './upstream-ledger.ts'
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

function randomOf(upstream: Upstream, client: number | 'probe' | undefined, world: VirtualWorld): Random {
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

interface Drawn {
  readonly fault: Fault | undefined
  readonly random: Random
}

function drawFault(upstream: Upstream, asked: ReadRequest | undefined, world: VirtualWorld): Drawn {
  const { script } = upstream
  const random = randomOf(upstream, asked === undefined ? 'probe' : asked.client, world)
  const struck = selectFault(script.faults ?? [], world.now() - world.startMs, random)
  if (asked === undefined) return { fault: struck, random }
  if (asked.said?.last === true && script.refusesPrefill === true) return { fault: noPrefill, random }
  return { fault: overCapacity(upstream, world.now()) ?? struck, random }
}

/** Share of models that, asked in words to go on, say the last words again. */
const repeatingShare = 0.5
const repeatedCharacters = 24
/** What is shorter than this may as well be meant: no reader could tell. */
const fewestRepeated = 12

/** The words that an answer is to go on from: only what an upstream has told this client before can be gone on from. */
function prefillOf({ said, client }: ReadRequest, ledger: UpstreamLedger): string | undefined {
  if (said === undefined || client === undefined) return undefined
  const isOurs = ({ text }: UpstreamCall): boolean => text !== '' && said.text.startsWith(text.slice(0, text.indexOf(' ')))
  return ledger.callsOf(client).some(isOurs) ? said.text : undefined
}

function leadOf(prefill: string | undefined, asked: ReadRequest, random: Random): string {
  if (prefill === undefined) return ''
  // A model that goes on from its own last message begins with the space that was taken off there.
  if (asked.said?.last === true) return ' '
  return prefill.length >= fewestRepeated && random() < repeatingShare ? prefill.slice(-repeatedCharacters) : ''
}

function openCall(
  upstream: Upstream,
  asked: ReadRequest | undefined,
  at: { readonly ledger: UpstreamLedger; readonly nowMs: number; readonly drawn: Drawn },
): UpstreamCall {
  const { ledger, nowMs, drawn } = at
  const { fault, random } = drawn
  const prefill = asked === undefined ? undefined : prefillOf(asked, ledger)
  return {
    target: upstream.name,
    name: `${upstream.name}-${ledger.calls.length}`,
    client: asked?.client,
    model: asked?.model ?? '',
    stream: asked?.stream ?? false,
    probe: asked === undefined,
    prefill,
    lead: asked === undefined ? '' : leadOf(prefill, asked, random),
    fault,
    retryAfterMs: fault?.type === 'status' ? fault.retryAfterMs : undefined,
    startedAtMs: nowMs,
    text: '',
    tokens: 0,
    quietMs: 0,
    spokeAtMs: nowMs,
    finished: false,
  }
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
  const ledger = createUpstreamLedger()
  const nobody = createUpstream('nobody', { faults: [{ fault: refused }] })
  const upstreams = new Map(Object.entries(targets).map(([name, script]) => [`http://${name}`, createUpstream(name, script)]))
  const send = (request: TransportRequest): ReturnType<Transport['send']> => {
    const upstream = upstreams.get(request.origin) ?? nobody
    const asked = request.method === 'GET' ? undefined : readAsked(request.body ?? '')
    const drawn = drawFault(upstream, asked, world)
    const call = openCall(upstream, asked, { ledger, nowMs: world.now(), drawn })
    ledger.add(call)
    onStep?.(call, asked === undefined ? 'probe' : 'request')
    const { script } = upstream
    const steps =
      asked === undefined
        ? planModelList(script, drawn)
        : planPerformance(script, { ...asked, callName: call.name, lead: call.lead }, drawn)
    return perform(steps, { world, call, onStep: (what) => onStep?.(call, what) })
  }
  return {
    send,
    close: async () => {
      // There is nothing to close: every call ends with its caller.
    },
    ledger,
  }
}

/** The options of the provider that reaches a scripted upstream. Any model may be asked of it. */
export function scriptedProvider(name: string, script: UpstreamScript = {}): ProviderOptions {
  const type = script.dialect === 'anthropic-messages' ? 'anthropic' : 'openai_compatible'
  return { name, type, baseUrl: `http://${name}`, apiKey: 'scripted', models: ['*'], ...script.provider }
}
