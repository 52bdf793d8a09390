import { ollama as ollamaDialect } from '../dialects/ollama/index.ts'
import { optionalBearer } from './auth.ts'
import { defineProvider } from './definition.ts'
import { ollamaCapabilities } from './vendor-models.ts'

export const ollama = defineProvider({
  type: 'ollama',
  dialect: ollamaDialect,
  baseUrl: 'http://127.0.0.1:11434',
  versionSuffixes: ['/v1', '/api'],
  auth: optionalBearer,
  keyless: true,
  env: { baseUrl: ['OLLAMA_HOST', 'OLLAMA_BASE_URL'] },
  paths: { chat: () => '/api/chat', embeddings: () => '/api/embed', models: () => '/api/tags' },
  capabilities: ollamaCapabilities,
})
