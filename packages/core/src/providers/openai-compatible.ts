import { compatibleModerations, mistralModerations, openAiModerations } from '../dialects/moderations/moderation-codec.ts'
import { openAiEmbeddings } from '../dialects/openai-chat/embeddings.ts'
import { openAiChat } from '../dialects/openai-chat/index.ts'
import { openAiResponses } from '../dialects/openai-responses/index.ts'
import { isResponsesRequest } from '../dialects/openai-responses/request.ts'
import { compatibleRerank, openRouterRerank } from '../dialects/rerank/forms.ts'
import { withCodecs } from '../dialects/with-codecs.ts'
import { bearer, keyHeader, optionalBearer } from './auth.ts'
import { defineProvider, type PathTarget, type ProviderPaths, type WireQuirks } from './definition.ts'
import { openAiCapabilities } from './openai-models.ts'
import { openAiVariant } from './openai-variant.ts'
import type { ProviderOptions } from './options.ts'
import { pathSegment } from './path-segment.ts'
import {
  compatibleCapabilities,
  deepseekCapabilities,
  grokCapabilities,
  groqCapabilities,
  mistralCapabilities,
  openrouterCapabilities,
} from './vendor-models.ts'
import { withoutTrailingSlashes } from './without-trailing-slashes.ts'

const paths: ProviderPaths = { chat: () => '/chat/completions', embeddings: () => '/embeddings', models: () => '/models' }
const rerank = (): string => '/rerank'
const moderations = (): string => '/moderations'

/** Vendors that do not take the newer name, and refuse OpenAI's own additions. */
const compatible = {
  rename: { max_completion_tokens: 'max_tokens' },
  remove: ['store'],
} satisfies WireQuirks

export const openai = defineProvider({
  type: 'openai',
  dialect: withCodecs(openAiChat, { embeddings: openAiEmbeddings, moderations: openAiModerations }),
  baseUrl: 'https://api.openai.com/v1',
  auth: bearer,
  env: { apiKey: ['OPENAI_API_KEY'], baseUrl: ['OPENAI_BASE_URL'] },
  families: /^(gpt-|chatgpt-|o1|o3|o4|text-embedding-|davinci|babbage|omni-moderation|text-moderation)/,
  paths: { ...paths, moderations },
  variant: (model) => openAiVariant(model, () => '/responses'),
  capabilities: openAiCapabilities,
  quirks: { drop: ['top_k'] },
})

function azureVersion(options: ProviderOptions): string {
  return `api-version=${encodeURIComponent(options.apiVersion ?? '2024-10-21')}`
}

/** The path of a base URL, without its query. */
function pathOf(baseUrl = ''): string {
  return withoutTrailingSlashes(baseUrl.split(/[?#]/, 1)[0] ?? '')
}

/** Azure's three addresses: deployments (the default), the v1 API (`…/openai/v1`) and Foundry's models endpoint (`…/models`). */
function azurePath(operation: string): (target: PathTarget) => string {
  return ({ options, deployment }) => {
    const base = pathOf(options.baseUrl)
    if (base.endsWith('/v1')) return `/${operation}${options.apiVersion === undefined ? '' : `?${azureVersion(options)}`}`
    if (base.endsWith('/models')) return `/${operation}?${azureVersion(options)}`
    const prefix = base.endsWith('/openai') ? '' : '/openai'
    return `${prefix}/deployments/${pathSegment(deployment)}/${operation}?${azureVersion(options)}`
  }
}

/** The v1 API below a base URL, which alone has Responses (learn.microsoft.com, Azure OpenAI Responses API, 2026-05). */
function azureResponsesPath({ options }: PathTarget): string {
  const base = pathOf(options.baseUrl)
  if (base.endsWith('/v1')) return azurePath('responses')({ model: '', deployment: '', stream: false, options })
  return base.endsWith('/openai') ? '/v1/responses' : '/openai/v1/responses'
}

export const azureOpenai = defineProvider({
  type: 'azure_openai',
  dialect: withCodecs(openAiChat, { embeddings: openAiEmbeddings }),
  auth: keyHeader('api-key'),
  env: {
    apiKey: ['AZURE_OPENAI_API_KEY'],
    baseUrl: ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_BASE_URL'],
    apiVersion: ['AZURE_OPENAI_API_VERSION', 'OPENAI_API_VERSION'],
  },
  families: /^(gpt-|chatgpt-|o1|o3|o4|text-embedding-|davinci|babbage)/,
  genAiName: 'azure.ai.openai',
  paths: {
    chat: azurePath('chat/completions'),
    embeddings: azurePath('embeddings'),
    models: (options) => (pathOf(options.baseUrl).endsWith('/v1') ? '/models' : `/openai/models?${azureVersion(options)}`),
  },
  // Foundry's models endpoint has no Responses.
  variant: (model, { baseUrl }) => (pathOf(baseUrl).endsWith('/models') ? undefined : openAiVariant(model, azureResponsesPath)),
  bodyModel: 'deployment',
  capabilities: openAiCapabilities,
  quirks: { drop: ['top_k'] },
})

export const grok = defineProvider({
  type: 'grok',
  dialect: openAiChat,
  baseUrl: 'https://api.x.ai/v1',
  auth: bearer,
  env: { apiKey: ['XAI_API_KEY'], baseUrl: ['XAI_BASE_URL'] },
  families: /^grok-/,
  genAiName: 'x_ai',
  paths,
  // docs.x.ai/docs/guides/chat, 2026-05: the stateless part of Responses as OpenAI has it.
  variant: () => ({ dialect: openAiResponses, chat: () => '/responses', takes: isResponsesRequest, quirks: {} }),
  capabilities: grokCapabilities,
  quirks: { ...compatible, drop: ['logit_bias', 'top_k', 'metadata', 'verbosity', 'prompt_cache_key'] },
  failures: [
    { status: 400, says: 'incorrect api key', failure: 'authentication', source: 'recorded, api.x.ai, 2026' },
    { says: 'used all available credits', failure: 'quota', source: 'recorded, api.x.ai, 2026: 429, and 403' },
    { status: 403, says: 'credits', failure: 'quota', source: 'recorded, api.x.ai, 2026' },
    { status: 400, code: 'Client specified an invalid argument', failure: 'invalid_request', source: 'recorded, api.x.ai, 2026' },
  ],
})

export const mistral = defineProvider({
  type: 'mistral',
  dialect: withCodecs(openAiChat, { moderations: mistralModerations }),
  baseUrl: 'https://api.mistral.ai/v1',
  auth: bearer,
  env: { apiKey: ['MISTRAL_API_KEY'], baseUrl: ['MISTRAL_BASE_URL'] },
  families: /^(mistral-|ministral-|magistral-|codestral|pixtral-|open-mi|devstral|voxtral)/,
  genAiName: 'mistral_ai',
  paths: { ...paths, moderations },
  capabilities: mistralCapabilities,
  quirks: {
    rename: { ...compatible.rename, seed: 'random_seed' },
    remove: ['store', 'stream_options'],
    drop: ['logit_bias', 'logprobs', 'top_logprobs', 'user', 'service_tier', 'top_k', 'verbosity', 'prompt_cache_key'],
    values: { tool_choice: { required: 'any' } },
  },
  failures: [{ status: 400, type: 'invalid_model', failure: 'unknown_model', source: 'recorded, api.mistral.ai, 2026: code 1500' }],
})

export const groq = defineProvider({
  type: 'groq',
  dialect: openAiChat,
  baseUrl: 'https://api.groq.com/openai/v1',
  auth: bearer,
  env: { apiKey: ['GROQ_API_KEY'], baseUrl: ['GROQ_BASE_URL'] },
  paths,
  capabilities: groqCapabilities,
  quirks: { remove: ['store'], drop: ['logit_bias', 'logprobs', 'top_logprobs', 'top_k', 'metadata', 'verbosity', 'prompt_cache_key'] },
  failures: [
    { status: 498, failure: 'rate_limit', source: 'console.groq.com/docs/errors, 2026-05: capacity of the flex tier' },
    { code: 'blocked_api_access', failure: 'quota', source: 'console.groq.com/docs/spend-limits, 2026-05' },
    { code: 'organization_restricted', failure: 'authentication', source: 'recorded, api.groq.com, 2024-06' },
    { code: 'model_terms_required', failure: 'authentication', source: 'recorded, api.groq.com, 2025: terms that an admin has to accept' },
  ],
})

export const deepseek = defineProvider({
  type: 'deepseek',
  dialect: openAiChat,
  baseUrl: 'https://api.deepseek.com',
  auth: bearer,
  env: { apiKey: ['DEEPSEEK_API_KEY'], baseUrl: ['DEEPSEEK_BASE_URL'] },
  families: /^deepseek-(chat|reasoner)/,
  paths,
  capabilities: deepseekCapabilities,
  quirks: {
    ...compatible,
    drop: ['logit_bias', 'seed', 'n', 'user', 'service_tier', 'metadata', 'parallel_tool_calls', 'top_k', 'verbosity', 'prompt_cache_key'],
  },
})

export const openrouter = defineProvider({
  type: 'openrouter',
  dialect: withCodecs(openAiChat, { rerank: openRouterRerank }),
  baseUrl: 'https://openrouter.ai/api/v1',
  auth: bearer,
  env: { apiKey: ['OPENROUTER_API_KEY'], baseUrl: ['OPENROUTER_BASE_URL'] },
  paths: { ...paths, rerank },
  capabilities: openrouterCapabilities,
  quirks: compatible,
  failures: [
    { status: 400, says: 'is not a valid model id', failure: 'unknown_model', source: 'recorded, openrouter.ai, 2026' },
    { status: 403, says: 'requires moderation', failure: 'content_policy', source: 'openrouter.ai/docs/api-reference/errors, 2026-05' },
  ],
})

export const openaiCompatible = defineProvider({
  type: 'openai_compatible',
  dialect: withCodecs(openAiChat, { rerank: compatibleRerank, moderations: compatibleModerations }),
  auth: optionalBearer,
  keyless: true,
  paths: { ...paths, rerank, moderations },
  capabilities: compatibleCapabilities,
  quirks: compatible,
})
