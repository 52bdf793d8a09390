import { openAiChat } from '../dialects/openai-chat/index.ts'
import { voyageRerank } from '../dialects/rerank/forms.ts'
import { withCodecs } from '../dialects/with-codecs.ts'
import { bearer } from './auth.ts'
import { noChat } from './capability-rows.ts'
import { defineProvider } from './definition.ts'

/** Embeddings and rerank only; Voyage has no list of models to ask for. */
export const voyage = defineProvider({
  type: 'voyage',
  dialect: withCodecs(openAiChat, { rerank: voyageRerank }),
  baseUrl: 'https://api.voyageai.com/v1',
  auth: bearer,
  env: { apiKey: ['VOYAGE_API_KEY'], baseUrl: ['VOYAGE_BASE_URL'] },
  families: /^(voyage-|rerank-(lite-)?\d)/,
  paths: { embeddings: () => '/embeddings', rerank: () => '/rerank' },
  capabilities: noChat,
  // `encoding_format` is null or base64 there, and lists of numbers are the default (docs.voyageai.com/reference/embeddings-api, 2026-08).
  quirks: { rename: { dimensions: 'output_dimension' }, remove: ['encoding_format'], drop: ['user'] },
})
