import type { JsonObject } from '../wire/json.ts'
import type { Finish } from './finish-reason.ts'
import type { ReasoningBlock, ToolCall } from './message.ts'
import type { Usage } from './usage.ts'

/** One token with its log probability, in OpenAI's shape. */
export interface TokenLogprob {
  readonly token: string
  readonly logprob: number
  readonly bytes?: readonly number[] | undefined
  readonly topLogprobs: readonly { readonly token: string; readonly logprob: number; readonly bytes?: readonly number[] | undefined }[]
}

export interface Choice {
  readonly index: number
  /** '' when the model said nothing. */
  readonly text: string
  readonly refusal?: string | undefined
  readonly reasoning: readonly ReasoningBlock[]
  readonly toolCalls: readonly ToolCall[]
  readonly finish: Finish
  readonly logprobs?: readonly TokenLogprob[] | undefined
  /** OpenAI `annotations` (citations), passed on as they came. */
  readonly annotations?: readonly JsonObject[] | undefined
}

/** A whole answer in neutral form. */
export interface ChatResponse {
  /** The provider's id of the answer, or one of ours where it gives none. */
  readonly id: string
  /** The model that answered, as the provider names it. */
  readonly model: string
  readonly createdAtSeconds?: number | undefined
  readonly choices: readonly Choice[]
  /** `undefined` when the provider sent none. */
  readonly usage?: Usage | undefined
  readonly serviceTier?: string | undefined
  readonly systemFingerprint?: string | undefined
}
