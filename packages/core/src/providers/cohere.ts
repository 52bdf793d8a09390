import { cohereChat } from '../dialects/cohere-chat/index.ts'
import { bearer } from './auth.ts'
import { everything } from './capability-rows.ts'
import { defineProvider } from './definition.ts'

export const cohere = defineProvider({
  type: 'cohere',
  dialect: cohereChat,
  baseUrl: 'https://api.cohere.com',
  versionSuffixes: ['/v1', '/v2'],
  auth: bearer,
  env: { apiKey: ['COHERE_API_KEY'], baseUrl: ['COHERE_BASE_URL', 'CO_API_URL'] },
  families: /^(command|embed-|c4ai-|aya-|rerank-(v|english|multilingual))/,
  paths: { chat: () => '/v2/chat', embeddings: () => '/v2/embed', rerank: () => '/v2/rerank', models: () => '/v1/models?page_size=1000' },
  capabilities: { ...everything, audio: false, files: false },
  failures: [
    { status: 498, failure: 'content_policy', source: 'docs.cohere.com/reference/errors, 2026-05' },
    { status: 499, failure: 'server', source: 'docs.cohere.com/reference/errors, 2026-05' },
  ],
})
