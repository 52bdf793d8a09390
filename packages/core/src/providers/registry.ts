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
  azureOpenai,
  grok,
  mistral,
  groq,
  deepseek,
  openrouter,
  cohere,
  gemini,
  vertex,
  bedrock,
  ollama,
  voyage,
  jina,
  together,
  openaiCompatible,
]
