import { ProxyApiError } from '../errors/proxy-api-error.ts'
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

/** The built-in rows. Adding one is a line here, or a few lines of configuration when it speaks OpenAI's dialect. */
export const builtInDefinitions: readonly ProviderDefinition[] = [
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

/** The kinds of provider that an engine knows. */
export interface ProviderTable {
  readonly definitions: readonly ProviderDefinition[]
  /** The values of `ProviderOptions.type`. The demo provider has no row, since it has no wire. */
  readonly types: readonly string[]
  /** The row of a type; `undefined` for the demo provider and for what is no type. */
  readonly definitionOf: (type: string) => ProviderDefinition | undefined
}

function duplicateOf(types: readonly string[]): string | undefined {
  return types.find((type, index) => types.indexOf(type) !== index)
}

/**
 * The built-in rows and further ones; a further row of a built-in type takes its place.
 *
 * @throws ProxyApiError `invalid_config` for two further rows of one type, and for the type `demo`
 */
export function createProviderTable(further: readonly ProviderDefinition[] = []): ProviderTable {
  const duplicate = duplicateOf(['demo', ...further.map(({ type }) => type)])
  if (duplicate !== undefined) {
    throw new ProxyApiError({ code: 'invalid_config', message: `The provider type "${duplicate}" is defined twice.`, param: 'definitions' })
  }
  const rows = new Map([...builtInDefinitions, ...further].map((row) => [row.type, row]))
  return { definitions: [...rows.values()], types: [...rows.keys(), 'demo'], definitionOf: (type) => rows.get(type) }
}
