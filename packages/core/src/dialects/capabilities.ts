import type { ChatParameterName } from '../chat/request.ts'

/**
 * How a model goes on from the beginning of an answer: `native` continues a last message of the assistant word for word,
 * `asked` needs to be told to, `refused` answers an error.
 */
export type Prefill = 'native' | 'asked' | 'refused'

/** What a provider takes. Code reads this table and never the provider's name. */
export interface Capabilities {
  readonly tools: boolean
  readonly parallelTools: boolean
  readonly vision: boolean
  /** Image URLs are fetched by the provider; where not, only inline images can be sent. */
  readonly imageUrls: boolean
  readonly audio: boolean
  readonly files: boolean
  /** How an answer is held to a JSON Schema: by the provider, by forcing a call of a tool with that schema, or not at all. */
  readonly jsonSchema: 'native' | 'forced-tool' | 'none'
  readonly jsonObject: boolean
  /** `undefined` is `asked`. */
  readonly prefill?: Prefill | undefined
  /** How an OpenAI-style provider takes earlier reasoning back with the history; `undefined` when it refuses the fields. */
  readonly reasoningHistory?: 'reasoning_content' | 'reasoning_details' | undefined
  /** Parameters this provider refuses although its dialect has words for them: dropped and reported. */
  readonly unsupported?: readonly ChatParameterName[] | undefined
}
