/** How a model family's tokens are counted: by its own published vocabulary, or by a near one times a factor. */
export interface TokenFamily {
  readonly name: string
  readonly pattern: RegExp
  readonly encoding: 'o200k_base' | 'cl100k_base'
  /** Tokens of the family per token of the encoding. 1 where the vocabulary is the family's own. */
  readonly factor: number
}

/** First match wins. Factors other than 1 are estimates; README.md states how far they were off on recorded traffic. */
export const tokenFamilies: readonly TokenFamily[] = [
  { name: 'openai-cl100k', pattern: /(^|\/)(gpt-4(?!o|\.1|\.5)|gpt-3\.5|text-embedding)/, encoding: 'cl100k_base', factor: 1 },
  { name: 'openai-o200k', pattern: /(^|\/)(gpt-|chatgpt|o1|o3|o4)/, encoding: 'o200k_base', factor: 1 },
  { name: 'claude', pattern: /claude/, encoding: 'o200k_base', factor: 1.15 },
  { name: 'gemini', pattern: /gemini|gemma/, encoding: 'o200k_base', factor: 1.05 },
  { name: 'other', pattern: /./, encoding: 'o200k_base', factor: 1.1 },
]
