import type { ProviderOptions } from '../providers/options.ts'
import type { Transport, TransportRequest } from '../transport/transport.ts'
import { type ParsedRequest, parseRequest } from './parse-request.ts'
import { planModelList, planResponse } from './plan-response.ts'
import { playScript } from './play-script.ts'
import type { Random } from './random.ts'
import { type ScriptedFault, selectFault } from './scripted-fault.ts'
import { createUpstreamLedger, type UpstreamCall, type UpstreamLedger } from './upstream-ledger.ts'
import type { UpstreamScript } from './upstream-script.ts'
import type { VirtualWorld } from './virtual-world.ts'

export interface ScriptedTransportOptions {
  /** The script of each upstream by name. The provider with the base URL `http://<name>` reaches it. Names are host names in lower case. */
  readonly targets: Readonly<Record<string, UpstreamScript>>
  /** Called once per action of an upstream, with its description. */
  readonly onStep?: ((call: UpstreamCall, what: string) => void) | undefined
}

/** A transport without sockets, and a ledger of the calls that it served. */
export interface ScriptedTransport extends Transport {
  readonly ledger: UpstreamLedger
}

interface Upstream {
  readonly name: string
  readonly script: UpstreamScript
  /** Calls so far by client, so that the fault of a client's n-th call does not depend on other clients. */
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

function overCapacity(upstream: Upstream, nowMs: number): ScriptedFault | undefined {
  const { capacity } = upstream.script
  if (capacity === undefined) return undefined
  const second = Math.floor(nowMs / 1_000)
  if (second !== upstream.second) Object.assign(upstream, { second, callsThisSecond: 0 })
  if (++upstream.callsThisSecond <= capacity.callsPerSecond) return undefined
  return { type: 'status', status: 429, retryAfterMs: capacity.retryAfterMs }
}

const refused: ScriptedFault = { type: 'refuse' }
const noPrefill: ScriptedFault = { type: 'status', status: 400, message: 'This model does not support assistant message prefill.' }

interface Drawn {
  readonly fault: ScriptedFault | undefined
  readonly random: Random
}

function drawFault(upstream: Upstream, request: ParsedRequest | undefined, world: VirtualWorld): Drawn {
  const { script } = upstream
  const random = randomOf(upstream, request === undefined ? 'probe' : request.client, world)
  const selected = selectFault(script.faults ?? [], world.now() - world.startMs, random)
  if (request === undefined) return { fault: selected, random }
  if (request.assistant?.last === true && script.refusesPrefill === true) return { fault: noPrefill, random }
  return { fault: overCapacity(upstream, world.now()) ?? selected, random }
}

/** Share of answers that repeat the last words when the prompt asks in words to continue. */
const repeatingShare = 0.5
const repeatedCharacters = 24
/** A shorter repetition can't be told from intended text. */
const minRepeated = 12

/** The text that an answer has to continue. Only text that an upstream sent to this client before can be continued. */
function prefillOf({ assistant, client }: ParsedRequest, ledger: UpstreamLedger): string | undefined {
  if (assistant === undefined || client === undefined) return undefined
  const isOurs = ({ text }: UpstreamCall): boolean => text !== '' && assistant.text.startsWith(text.slice(0, text.indexOf(' ')))
  return ledger.callsOf(client).some(isOurs) ? assistant.text : undefined
}

function leadOf(prefill: string | undefined, request: ParsedRequest, random: Random): string {
  if (prefill === undefined) return ''
  // A model that continues its own last message begins with the space that was trimmed from it.
  if (request.assistant?.last === true) return ' '
  return prefill.length >= minRepeated && random() < repeatingShare ? prefill.slice(-repeatedCharacters) : ''
}

function openCall(
  upstream: Upstream,
  request: ParsedRequest | undefined,
  at: { readonly ledger: UpstreamLedger; readonly nowMs: number; readonly drawn: Drawn },
): UpstreamCall {
  const { ledger, nowMs, drawn } = at
  const { fault, random } = drawn
  const prefill = request === undefined ? undefined : prefillOf(request, ledger)
  return {
    target: upstream.name,
    name: `${upstream.name}-${ledger.calls.length}`,
    client: request?.client,
    model: request?.model ?? '',
    stream: request?.stream ?? false,
    probe: request === undefined,
    prefill,
    lead: request === undefined ? '' : leadOf(prefill, request, random),
    fault,
    retryAfterMs: fault?.type === 'status' ? fault.retryAfterMs : undefined,
    startedAtMs: nowMs,
    text: '',
    tokens: 0,
    longestSilenceMs: 0,
    lastProgressAtMs: nowMs,
    finished: false,
  }
}

/**
 * A transport whose upstreams send real wire bytes by a script: a whole engine runs over it without a socket.
 * A connection to an unknown origin is refused.
 *
 * @example
 * const transport = createScriptedTransport(world, { targets: { primary: { faults: [{ fault: { type: 'reset' }, share: 0.1 }] } } })
 * const engine = createEngine({ providers: [scriptedProvider('primary')], transport, deps: world.deps })
 */
export function createScriptedTransport(world: VirtualWorld, { targets, onStep }: ScriptedTransportOptions): ScriptedTransport {
  const ledger = createUpstreamLedger()
  const unknown = createUpstream('unknown', { faults: [{ fault: refused }] })
  const upstreams = new Map(Object.entries(targets).map(([name, script]) => [`http://${name}`, createUpstream(name, script)]))
  const send = (sent: TransportRequest): ReturnType<Transport['send']> => {
    const upstream = upstreams.get(sent.origin) ?? unknown
    const request =
      sent.method === 'GET'
        ? undefined
        : parseRequest(typeof sent.body === 'object' ? new TextDecoder().decode(sent.body) : (sent.body ?? ''))
    const drawn = drawFault(upstream, request, world)
    const call = openCall(upstream, request, { ledger, nowMs: world.now(), drawn })
    ledger.add(call)
    onStep?.(call, request === undefined ? 'probe' : 'request')
    const { script } = upstream
    const steps =
      request === undefined
        ? planModelList(script, drawn)
        : planResponse(script, { ...request, callName: call.name, lead: call.lead }, drawn)
    return playScript(steps, { world, call, onStep: (what) => onStep?.(call, what) })
  }
  return {
    send,
    close: async () => {
      // Every call ends with its caller, so nothing is open here.
    },
    ledger,
  }
}

/** The options of a provider that reaches a scripted upstream. It serves every model. */
export function scriptedProvider(name: string, script: UpstreamScript = {}): ProviderOptions {
  const type = script.dialect === 'anthropic-messages' ? 'anthropic' : 'openai_compatible'
  return { name, type, baseUrl: `http://${name}`, apiKey: 'scripted', models: ['*'], ...script.provider }
}
