import { gemini as geminiDialect } from '../dialects/gemini/index.ts'
import { geminiCapabilities, vertexCapabilities } from '../dialects/gemini/model-traits.ts'
import type { FailureRow } from '../errors/classify-failure.ts'
import { keyHeader } from './auth.ts'
import { defineProvider, type PathTarget } from './definition.ts'
import { googleToken } from './google-token.ts'
import { pathSegment } from './path-segment.ts'

/** A key that is not the caller's fault and not the model's: billing, or where the gateway stands. */
const failures: readonly FailureRow[] = [
  { status: 400, type: 'FAILED_PRECONDITION', failure: 'authentication', source: 'ai.google.dev/gemini-api/docs/troubleshooting, 2026-05' },
  { status: 499, failure: 'server', source: 'cloud.google.com/apis/design/errors, 2026-05: CANCELLED' },
]

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
    chat: (target) => `/v1beta/models/${pathSegment(target.model)}:${action(target)}`,
    embeddings: (target) => `/v1beta/models/${pathSegment(target.model)}:batchEmbedContents`,
    models: () => '/v1beta/models?pageSize=1000',
  },
  capabilities: geminiCapabilities,
  failures,
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
      `/v1/projects/${pathSegment(target.options.project ?? '-')}/locations/${pathSegment(target.options.region ?? 'global')}/publishers/google/models/${pathSegment(target.model)}:${action(target)}`,
  },
  capabilities: vertexCapabilities,
  failures,
})
