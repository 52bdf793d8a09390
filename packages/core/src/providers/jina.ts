import { openAiChat } from '../dialects/openai-chat/index.ts'
import { jinaRerank } from '../dialects/rerank/forms.ts'
import { withCodecs } from '../dialects/with-codecs.ts'
import { bearer } from './auth.ts'
import { noChat } from './capability-rows.ts'
import { defineProvider } from './definition.ts'

/** Embeddings and rerank only. */
export const jina = defineProvider({
  type: 'jina',
  dialect: withCodecs(openAiChat, { rerank: jinaRerank }),
  baseUrl: 'https://api.jina.ai/v1',
  auth: bearer,
  env: { apiKey: ['JINA_API_KEY'], baseUrl: ['JINA_BASE_URL'] },
  families: /^jina-/,
  paths: { embeddings: () => '/embeddings', rerank: () => '/rerank' },
  capabilities: noChat,
  quirks: { rename: { encoding_format: 'embedding_type' }, drop: ['user'] },
})
