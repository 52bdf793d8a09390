import { openAiChat } from '../dialects/openai-chat/index.ts'
import { togetherRerank } from '../dialects/rerank/forms.ts'
import { withCodecs } from '../dialects/with-codecs.ts'
import { bearer } from './auth.ts'
import { defineProvider } from './definition.ts'
import { togetherCapabilities } from './vendor-models.ts'

export const together = defineProvider({
  type: 'together',
  dialect: withCodecs(openAiChat, { rerank: togetherRerank }),
  baseUrl: 'https://api.together.xyz/v1',
  auth: bearer,
  env: { apiKey: ['TOGETHER_API_KEY'], baseUrl: ['TOGETHER_BASE_URL'] },
  paths: {
    chat: () => '/chat/completions',
    embeddings: () => '/embeddings',
    rerank: () => '/rerank',
    models: () => '/models',
  },
  capabilities: togetherCapabilities,
  quirks: {
    rename: { max_completion_tokens: 'max_tokens' },
    remove: ['store'],
    drop: ['metadata', 'verbosity', 'prompt_cache_key', 'service_tier'],
  },
  failures: [
    { code: 'model_not_available', failure: 'unknown_model', source: 'recorded, api.together.xyz, 2025: models without a server' },
  ],
})
