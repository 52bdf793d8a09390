import { cohereChat } from '../dialects/cohere-chat/index.ts'
import { bearer } from './auth.ts'
import { defineProvider } from './definition.ts'

export const cohere = defineProvider({
  type: 'cohere',
  dialect: cohereChat,
  baseUrl: 'https://api.cohere.com',
  versionSuffixes: ['/v1', '/v2'],
  auth: bearer,
  paths: { chat: () => '/v2/chat', embeddings: () => '/v2/embed', models: () => '/v1/models?page_size=1000' },
  capabilities: {
    tools: true,
    parallelTools: true,
    vision: true,
    imageUrls: true,
    audio: false,
    files: false,
    jsonSchema: 'native',
    jsonObject: true,
  },
  failures: [
    { status: 498, failure: 'content_policy', source: 'docs.cohere.com/reference/errors, 2026-05' },
    { status: 499, failure: 'server', source: 'docs.cohere.com/reference/errors, 2026-05' },
  ],
})
