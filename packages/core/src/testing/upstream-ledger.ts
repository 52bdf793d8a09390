import type { Usage } from '../chat/usage.ts'
import type { ScriptedFault } from './scripted-fault.ts'

/** One upstream call, as the upstream saw it. */
export interface UpstreamCall {
  readonly target: string
  /** Unique among all upstream calls. Every token of the answer contains it. */
  readonly name: string
  /** The number of the simulated client, read from the prompt; `undefined` for prompts without a mark. */
  readonly client: number | undefined
  readonly model: string
  readonly stream: boolean
  readonly fault: ScriptedFault | undefined
  readonly startedAtMs: number
  /** The call was a health check (its list of models). */
  readonly probe: boolean
  /** Text of an earlier answer that this one has to continue. */
  readonly prefill: string | undefined
  /** Text before the answer's own first token: white space, or the end of `prefill` once more. */
  readonly lead: string
  status?: number | undefined
  /** The `Retry-After` of a 429 or 503. */
  retryAfterMs?: number | undefined
  /** The text that was sent so far. */
  text: string
  tokens: number
  usage?: Usage | undefined
  /** The longest silence: before the first token, between two tokens, or before the end. */
  longestSilenceMs: number
  /** When the last token was sent, or the start of the call before the first one. */
  lastProgressAtMs: number
  /** The whole answer was sent, including its finish. */
  finished: boolean
  /** When the reader released the body after a whole answer; the body may then take a second to end. */
  releasedAtMs?: number | undefined
  endedAtMs?: number | undefined
  ended?: 'whole' | 'broken' | 'aborted' | undefined
}

/** All calls of all scripted upstreams. */
export interface UpstreamLedger {
  /** In the order of their start. */
  readonly calls: readonly UpstreamCall[]
  /** The calls for one simulated client, in order. */
  readonly callsOf: (client: number) => readonly UpstreamCall[]
  /** The calls that have not ended. */
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
