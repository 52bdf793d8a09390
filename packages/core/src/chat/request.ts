import type { JsonObject, JsonValue } from '../wire/json.ts'
import type { DialectId } from './dialect-id.ts'
import type { Message, Tool, ToolChoice } from './message.ts'

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema'
      readonly name: string
      readonly description?: string | undefined
      readonly schema: JsonObject
      readonly strict?: boolean | undefined
    }

/** The efforts that more than one vendor knows, lowest first. */
export const reasoningEfforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
export type ReasoningEffort = (typeof reasoningEfforts)[number]

/** How much the model should reason before it answers. At most one of `effort` and `budgetTokens` is set by a client. */
export interface ReasoningRequest {
  /** A word that only one vendor knows stays among the extras. */
  readonly effort?: ReasoningEffort | undefined
  readonly budgetTokens?: number | undefined
  /** Anthropic's `adaptive`: the model decides; `false` turns reasoning off. */
  readonly mode?: 'adaptive' | 'enabled' | 'disabled' | undefined
  /** OpenAI's `reasoning.summary`; Gemini's `includeThoughts` when not 'none'. */
  readonly summary?: 'auto' | 'concise' | 'detailed' | 'none' | undefined
}

/** Parameters that steer the sampling. `undefined` always means the provider's default. */
export interface ChatParameters {
  /** Upper bound of generated tokens, reasoning included. */
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly topP?: number | undefined
  readonly topK?: number | undefined
  /** How many answers; `undefined` is one. */
  readonly n?: number | undefined
  readonly stop?: readonly string[] | undefined
  readonly seed?: number | undefined
  readonly presencePenalty?: number | undefined
  readonly frequencyPenalty?: number | undefined
  readonly logprobs?: boolean | undefined
  readonly topLogprobs?: number | undefined
  readonly logitBias?: Readonly<Record<string, number>> | undefined
  readonly reasoning?: ReasoningRequest | undefined
  readonly responseFormat?: ResponseFormat | undefined
  readonly toolChoice?: ToolChoice | undefined
  readonly parallelToolCalls?: boolean | undefined
  /** Opaque id of the end user. */
  readonly user?: string | undefined
  readonly serviceTier?: string | undefined
  readonly metadata?: JsonObject | undefined
  readonly verbosity?: string | undefined
  /** OpenAI's routing hint for its prompt cache. */
  readonly promptCacheKey?: string | undefined
}

/** A piece within a field of the client's body that only its dialect has a meaning for. */
export interface ForeignPiece {
  /** What is reported as dropped where it can't be sent. */
  readonly name: string
  readonly value: JsonValue
  /** Why a request can't be served without it, where it can't be left out, and the field that holds it. */
  readonly refusal?: { readonly message: string; readonly param: string } | undefined
}

/** What a client's body has beyond the neutral fields. */
export interface RequestExtras {
  readonly dialect: DialectId
  readonly fields: Readonly<Record<string, JsonValue>>
  /** Headers that belong to the fields, checked, by names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** `undefined` when there are none. */
  readonly pieces?: readonly ForeignPiece[] | undefined
}

/**
 * One chat request in neutral form: OpenAI's Chat Completions in shape, widened where other vendors say more.
 * Immutable: a filter that changes it makes a new one by spreading (see `source.ts`).
 */
export interface ChatRequest extends ChatParameters {
  /** As the caller wrote it: `provider/model`, a bare id, an alias or `auto:<use_case>`. */
  readonly model: string
  readonly messages: readonly Message[]
  readonly tools?: readonly Tool[] | undefined
  /** Whether the caller wants a stream. */
  readonly stream?: boolean | undefined
  /** What no neutral field names: travels only to a provider of the same dialect, and is reported as dropped elsewhere. */
  readonly extras?: RequestExtras | undefined
}

export type ChatParameterName = keyof ChatParameters
