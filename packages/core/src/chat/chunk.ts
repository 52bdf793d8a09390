import type { ProviderError } from '../errors/provider-error.ts'
import type { JsonObject } from '../wire/json.ts'
import type { DialectId } from './dialect-id.ts'
import type { Finish } from './finish-reason.ts'
import type { TokenLogprob } from './response.ts'
import type { Usage } from './usage.ts'

/**
 * One step of a streamed answer. Order per stream: `start` first (once), then deltas, a `finish` per choice, `usage`
 * at most once with final figures, in any order after the deltas. `error` ends the stream.
 */
export type ChatChunk =
  | StartChunk
  | TextDelta
  | RefusalDelta
  | ReasoningDelta
  | ToolCallStart
  | ToolCallDelta
  | AnnotationsChunk
  | FinishChunk
  | UsageChunk
  | ErrorChunk

export interface StartChunk {
  readonly type: 'start'
  readonly id: string
  readonly model: string
  readonly createdAtSeconds?: number | undefined
  readonly serviceTier?: string | undefined
  readonly systemFingerprint?: string | undefined
  /** Input side of the usage where the provider tells it up front (Anthropic). */
  readonly usage?: Usage | undefined
}

export interface TextDelta {
  readonly type: 'text-delta'
  readonly choice: number
  readonly text: string
  readonly logprobs?: readonly TokenLogprob[] | undefined
}

export interface RefusalDelta {
  readonly type: 'refusal-delta'
  readonly choice: number
  readonly text: string
}

export interface ReasoningDelta {
  readonly type: 'reasoning-delta'
  readonly choice: number
  /** Which reasoning block of the choice, counted from 0: a change of index begins a new block. */
  readonly index: number
  readonly origin: DialectId
  /** '' when the step only brings a signature or encrypted data. */
  readonly text: string
  readonly signature?: string | undefined
  readonly encrypted?: string | undefined
  readonly id?: string | undefined
}

export interface ToolCallStart {
  readonly type: 'tool-call-start'
  readonly choice: number
  /** Which tool call of the choice, counted from 0. */
  readonly index: number
  readonly id: string
  readonly name: string
  readonly signature?: string | undefined
  /** A call of a custom tool: its text is the argument `input` of the arguments. */
  readonly custom?: true | undefined
}

export interface ToolCallDelta {
  readonly type: 'tool-call-delta'
  readonly choice: number
  readonly index: number
  readonly argumentsText: string
}

export interface AnnotationsChunk {
  readonly type: 'annotations'
  readonly choice: number
  readonly annotations: readonly JsonObject[]
}

export interface FinishChunk {
  readonly type: 'finish'
  readonly choice: number
  readonly finish: Finish
}

export interface UsageChunk {
  readonly type: 'usage'
  readonly usage: Usage
}

export interface ErrorChunk {
  readonly type: 'error'
  readonly error: ProviderError
}
