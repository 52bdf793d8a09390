import type { ChatParameterName } from '../chat/request.ts'

/**
 * How a model goes on from the beginning of an answer: `native` continues a last message of the assistant word for word,
 * `asked` needs to be told to, `refused` answers an error.
 */
export type Prefill = 'native' | 'asked' | 'refused'

/** How a model reasons, and in which words it is told to. */
export interface ReasoningSupport {
  /** Whether it reasons: never, in every answer, or in those where it is told to. */
  readonly mode: 'never' | 'always' | 'optional'
  /** The efforts that it takes, lowest first and without `none`; `undefined` when they are not known, none when it takes no effort. */
  readonly efforts?: readonly string[] | undefined
  /** The reasoning tokens that it can be given; `undefined` when it takes no such number. */
  readonly budget?: { readonly least: number; readonly most?: number | undefined } | undefined
  /** It takes `adaptive`: the model decides how much it reasons. */
  readonly adaptive?: boolean | undefined
  /**
   * How it is told not to reason: the effort `none`, a budget of 0, or a switch (`thinking: {type: disabled}`, or
   * `between_tools`); `undefined` when it can't
   * be told, or need not be.
   */
  readonly off?: 'effort' | 'budget' | 'switch' | 'between-tools' | undefined
  /** It reasons unless it is told not to. */
  readonly byDefault?: boolean | undefined
  /** While it reasons it can't be made to call a tool. */
  readonly refusesForcedTools?: boolean | undefined
  /** While it reasons it takes no sampling parameters. */
  readonly fixedSampling?: boolean | undefined
}

/** OpenAI's field, OpenRouter's and that of Anthropic and DeepSeek. */
export type ReasoningField = 'reasoning_effort' | 'reasoning' | 'thinking'

/** Which texts a provider takes as a name or an id. */
export interface IdentifierForm {
  /** Matches the whole text, its length included. */
  readonly pattern: RegExp
  readonly maxLength: number
}

/** The largest values that are taken; `undefined` is no bound that is known. */
export interface ParameterLimits {
  /** Generated tokens, reasoning included. */
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  /** How many stop sequences. */
  readonly stop?: number | undefined
  readonly topLogprobs?: number | undefined
  /** Characters of the end user's id. */
  readonly user?: number | undefined
  /** Characters. */
  readonly promptCacheKey?: number | undefined
}

/** What a provider and one of its models take. Code reads this table and never the provider's name. */
export interface Capabilities {
  readonly tools: boolean
  /** It can be told to call one tool at a time. */
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
  /** `undefined` when it is not known: a wish is passed on in the dialect's words. */
  readonly reasoning?: ReasoningSupport | undefined
  /** The fields by which an OpenAI-style provider is told to reason; `undefined` when it is not known, and a client's own are passed on. */
  readonly reasoningFields?: readonly ReasoningField[] | undefined
  /** Which of `temperature`, `top_p` and `top_k` are taken: any, one of the first two at a time, or none. `undefined` is `all`. */
  readonly sampling?: 'all' | 'one' | 'none' | undefined
  readonly limits?: ParameterLimits | undefined
  /** The form of ids of tool calls in a history; `undefined` takes any, `none` knows no ids: results stand in the order of the calls. */
  readonly toolCallIds?: IdentifierForm | 'none' | undefined
  /** The form of tools' names; `undefined` takes any. */
  readonly toolNames?: IdentifierForm | undefined
  /** The end user's id must say nobody's name: e-mail addresses and telephone numbers are refused. */
  readonly opaqueUser?: boolean | undefined
  /** An OpenAI-style provider knows the role `developer`; it is written as `system` for others. */
  readonly developerRole?: boolean | undefined
  /** Behind results of tools an OpenAI-style provider takes nothing but a turn of the assistant. */
  readonly assistantAfterTools?: boolean | undefined
  /** Fields of a message or its parts that an OpenAI-style provider refuses: taken out of a client's own body, and reported. */
  readonly refusedMessageFields?: readonly string[] | undefined
  /** An OpenAI-style provider knows custom tools, whose input is free text; for others they are functions with one text argument. */
  readonly customTools?: boolean | undefined
  /** Where the end of a cached prompt can be marked: on messages and tools, on messages only, or nowhere. `undefined` is nowhere. */
  readonly cacheBreakpoints?: 'all' | 'messages' | 'none' | undefined
}
