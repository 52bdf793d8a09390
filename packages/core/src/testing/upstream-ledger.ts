import type { Usage } from '../chat/usage.ts'
import type { Fault } from './fault.ts'

/** What one upstream did for one call, as the upstream saw it. */
export interface UpstreamCall {
  readonly target: string
  /** Unique among all upstream calls; every token of the answer carries it. */
  readonly name: string
  /** The simulated client's number, read from the prompt; `undefined` for prompts of other making. */
  readonly client: number | undefined
  readonly model: string
  readonly stream: boolean
  readonly fault: Fault | undefined
  readonly startedAtMs: number
  /** It was only asked whether it is there (its list of models). */
  readonly probe: boolean
  /** Words of an earlier answer that this one was asked to go on from. */
  readonly prefill: string | undefined
  /** What the answer says before its own first word: white space or words of `prefill` once more. */
  readonly lead: string
  status?: number | undefined
  /** The rest that a 429 or 503 asked for. */
  retryAfterMs?: number | undefined
  /** What has been sent so far. */
  text: string
  tokens: number
  usage?: Usage | undefined
  /** The longest time in which it said nothing: before its first token, between two of them, or before its end. */
  quietMs: number
  /** When it last said something; when it was asked, before it has. */
  spokeAtMs: number
  /** The whole answer has been sent, up to its finish. */
  finished: boolean
  /** When its reader let go of it, the answer being whole: it may then take a second to end by itself. */
  releasedAtMs?: number | undefined
  endedAtMs?: number | undefined
  ended?: 'whole' | 'broken' | 'aborted' | undefined
}

/** The books of all scripted upstreams. */
export interface UpstreamLedger {
  readonly calls: readonly UpstreamCall[]
  /** Those made for one simulated client, in order. */
  readonly callsOf: (client: number) => readonly UpstreamCall[]
  /** Calls that have not ended. */
  readonly open: () => readonly UpstreamCall[]
}

export function createUpstreamLedger(): UpstreamLedger & { readonly add: (call: UpstreamCall) => void } {
  const calls: UpstreamCall[] = []
  const byClient = new Map<number, UpstreamCall[]>()
  return {
    calls,
    callsOf: (client) => byClient.get(client) ?? [],
    open: () => calls.filter((call) => call.ended === undefined),
    add: (call) => {
      calls.push(call)
      if (call.client === undefined) return
      const known = byClient.get(call.client)
      if (known === undefined) byClient.set(call.client, [call])
      else known.push(call)
    },
  }
}
