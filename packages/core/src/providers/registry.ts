import { anthropic } from './anthropic.ts'
import { bedrock } from './bedrock.ts'
import { cohere } from './cohere.ts'
import type { ProviderDefinition } from './definition.ts'
import { gemini, vertex } from './google.ts'
import { jina } from './jina.ts'
import { ollama } from './ollama.ts'
import { azureOpenai, deepseek, grok, groq, mistral, openai, openaiCompatible, openrouter } from './openai-compatible.ts'
import { together } from './together.ts'
import { voyage } from './voyage.ts'

/** Every kind of provider. Adding one is a row here, or a few lines of configuration when it speaks OpenAI's dialect. */
export const providerTable: readonly ProviderDefinition[] = [
  openai,
  anthropic,
  cohere,
  grok,
  gemini,
  mistral,
  groq,
  deepseek,
  openrouter,
  azureOpenai,
  bedrock,
  vertex,
  ollama,
  voyage,
  jina,
  together,
  openaiCompatible,
]

/** The values of `ProviderOptions.type`. The demo provider has no row, since it has no wire. */
export const providerTypes: readonly string[] = [...providerTable.map(({ type }) => type), 'demo']

const rows: ReadonlyMap<string, ProviderDefinition> = new Map(providerTable.map((row) => [row.type, row]))

/** The row of a type; `undefined` for the demo provider and for what is no type. */
export function providerRow(type: string): ProviderDefinition | undefined {
  return rows.get(type)
}
