/** A published vocabulary that this package carries. */
export type Encoding = 'o200k_base' | 'cl100k_base'

/** Models that count alike. */
export type TokenFamilyName =
  | 'openai-cl100k'
  | 'openai-o200k'
  | 'openai-reasoning'
  | 'gpt-oss'
  | 'claude-4'
  | 'claude-4.5'
  | 'claude-5'
  | 'gemini'
  | 'mistral'
  | 'deepseek'
  | 'qwen'
  | 'llama'
  | 'grok'
  | 'nova'
  | 'cohere'
  | 'other'

/** What a vendor adds around the words of a conversation, in the family's own tokens. */
export interface Framing {
  /** Once a conversation. */
  readonly base: number
  /** Each message of the user, the assistant or a tool. */
  readonly perMessage: number
  readonly perSystemMessage: number
  /** Once, when tools are given: the vendor's hidden instructions about them. */
  readonly tools: number
  readonly perTool: number
  /** Each call of a tool, its result's frame included. */
  readonly perCall: number
  /** Tokens that remain of each token of a parameter schema written as compact JSON: vendors rewrite it. */
  readonly schemaFactor: number
}

/** How a model family's tokens are counted: by its own published vocabulary, or by a near one times a factor. */
export interface TokenFamily {
  readonly name: TokenFamilyName
  /** Model ids of the family, in lower case, with or without a provider before them. */
  readonly pattern: RegExp
  /** The word after which the pattern has to stand; `undefined` for anywhere. */
  readonly vendor?: string | undefined
  readonly encoding: Encoding
  /** Tokens of the family per token of the encoding. */
  readonly factor: number
  /** Whether the encoding is the family's own vocabulary. */
  readonly exact: boolean
  readonly framing: Framing
  /** How an image is counted: OpenAI's tiles, Anthropic's area, or one figure. */
  readonly image: 'tiles' | 'area' | number
}
