import { bearer, defineProvider } from '@proxyapi/core'
import { openAiChat } from '@proxyapi/core/dialects'

/** Acme speaks OpenAI's Chat Completions, with three differences. */
export const acme = defineProvider({
  type: 'acme',
  dialect: openAiChat,
  baseUrl: 'https://api.acme.test/v1',
  auth: bearer,
  env: { apiKey: ['ACME_API_KEY'], baseUrl: ['ACME_BASE_URL'] },
  paths: {
    chat: () => '/chat/completions',
    models: () => '/models',
  },
  capabilities: {
    tools: true,
    parallelTools: false,
    vision: false,
    imageUrls: false,
    audio: false,
    files: false,
    jsonSchema: 'forced-tool',
    jsonObject: true,
  },
  quirks: {
    rename: { max_completion_tokens: 'max_tokens' },
    drop: ['logit_bias'], // refused with a 400; the answer reports it in X-ProxyAPI-Dropped-Params
  },
  failures: [{ status: 498, failure: 'quota', source: 'docs.acme.test/errors, 2026-05' }],
})
