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
  /** The assistant's own words that the prompt ended with: the answer goes on from there. */
  readonly prefill: string | undefined
  status?: number | undefined
  /** The rest that a 429 or 503 asked for. */
  retryAfterMs?: number | undefined
  /** What has been sent so far. */
  text: string
  tokens: number
  usage?: Usage | undefined
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
  /** Calls that have not ended. */
  readonly open: () => readonly UpstreamCall[]
}
