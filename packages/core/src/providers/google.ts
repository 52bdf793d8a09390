import { gemini as geminiDialect } from '../dialects/gemini/index.ts'
import { geminiCapabilities, vertexCapabilities } from '../dialects/gemini/model-traits.ts'
import { keyHeader } from './auth.ts'
import { defineProvider, type PathTarget } from './definition.ts'
import { googleToken } from './google-token.ts'

const families = /^(gemini-|gemma-|text-embedding-00|gemini-embedding)/

function action(target: PathTarget): string {
  return target.stream ? 'streamGenerateContent?alt=sse' : 'generateContent'
}

export const gemini = defineProvider({
  type: 'gemini',
  dialect: geminiDialect,
  baseUrl: 'https://generativelanguage.googleapis.com',
  versionSuffixes: ['/v1beta/openai', '/v1beta', '/v1'],
  auth: keyHeader('x-goog-api-key'),
  env: { apiKey: ['GEMINI_API_KEY'], baseUrl: ['GEMINI_BASE_URL', 'GOOGLE_GEMINI_BASE_URL'] },
  families,
  genAiName: 'gcp.gemini',
  paths: {
    chat: (target) => `/v1beta/models/${encodeURIComponent(target.model)}:${action(target)}`,
    embeddings: (target) => `/v1beta/models/${encodeURIComponent(target.model)}:batchEmbedContents`,
    models: () => '/v1beta/models?pageSize=1000',
  },
  capabilities: geminiCapabilities,
})

export const vertex = defineProvider({
  type: 'vertex',
  dialect: geminiDialect,
  baseUrl: ({ region }) =>
    region === undefined || region === 'global' ? 'https://aiplatform.googleapis.com' : `https://${region}-aiplatform.googleapis.com`,
  versionSuffixes: ['/v1beta1', '/v1'],
  auth: googleToken,
  credentials: [{ required: ['credentials'] }, { required: ['apiKey'] }],
  families,
  genAiName: 'gcp.vertex_ai',
  paths: {
    chat: (target) =>
      `/v1/projects/${encodeURIComponent(target.options.project ?? '-')}/locations/${target.options.region ?? 'global'}/publishers/google/models/${encodeURIComponent(target.model)}:${action(target)}`,
  },
  capabilities: vertexCapabilities,
})
