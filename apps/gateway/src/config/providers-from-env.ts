type Env = Readonly<Record<string, string | undefined>>

/** A provider as the configuration file would have it. */
export type ProviderEntry = Readonly<Record<string, string>>

interface Row {
  readonly name: string
  readonly key: string
  readonly baseUrl: readonly string[]
}

/** Providers that one variable enables, with the usual names of their base URL's override. */
const rows: readonly Row[] = [
  { name: 'openai', key: 'OPENAI_API_KEY', baseUrl: ['OPENAI_BASE_URL'] },
  { name: 'anthropic', key: 'ANTHROPIC_API_KEY', baseUrl: ['ANTHROPIC_BASE_URL'] },
  { name: 'cohere', key: 'COHERE_API_KEY', baseUrl: ['COHERE_BASE_URL', 'CO_API_URL'] },
  { name: 'grok', key: 'XAI_API_KEY', baseUrl: ['XAI_BASE_URL'] },
  { name: 'gemini', key: 'GEMINI_API_KEY', baseUrl: ['GEMINI_BASE_URL', 'GOOGLE_GEMINI_BASE_URL'] },
  { name: 'mistral', key: 'MISTRAL_API_KEY', baseUrl: ['MISTRAL_BASE_URL'] },
  { name: 'groq', key: 'GROQ_API_KEY', baseUrl: ['GROQ_BASE_URL'] },
  { name: 'deepseek', key: 'DEEPSEEK_API_KEY', baseUrl: ['DEEPSEEK_BASE_URL'] },
  { name: 'openrouter', key: 'OPENROUTER_API_KEY', baseUrl: ['OPENROUTER_BASE_URL'] },
]

function given(env: Env, name: string): string | undefined {
  const value = env[name]
  return value === undefined || value === '' ? undefined : value
}

function firstOf(env: Env, names: readonly string[]): string | undefined {
  return names.map((name) => given(env, name)).find((value) => value !== undefined)
}

function entry(fields: Readonly<Record<string, string | undefined>>): ProviderEntry {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined))
}

function azure(env: Env): readonly ProviderEntry[] {
  const key = given(env, 'AZURE_OPENAI_API_KEY')
  const endpoint = firstOf(env, ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_BASE_URL'])
  if (key === undefined || endpoint === undefined) return []
  return [
    entry({
      name: 'azure_openai',
      api_key: key,
      base_url: endpoint,
      api_version: firstOf(env, ['AZURE_OPENAI_API_VERSION', 'OPENAI_API_VERSION']),
    }),
  ]
}

function bedrock(env: Env): readonly ProviderEntry[] {
  const common = {
    name: 'bedrock',
    region: firstOf(env, ['AWS_REGION', 'AWS_DEFAULT_REGION']),
    base_url: firstOf(env, ['BEDROCK_BASE_URL', 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME']),
  }
  const token = given(env, 'AWS_BEARER_TOKEN_BEDROCK')
  if (token !== undefined) return [entry({ ...common, api_key: token })]
  const id = given(env, 'AWS_ACCESS_KEY_ID')
  const secret = given(env, 'AWS_SECRET_ACCESS_KEY')
  if (id === undefined || secret === undefined) return []
  return [entry({ ...common, access_key_id: id, secret_access_key: secret, session_token: given(env, 'AWS_SESSION_TOKEN') })]
}

/** `OLLAMA_HOST` may be a bare `host:port`, as Ollama's own tools take it. */
function ollama(env: Env): readonly ProviderEntry[] {
  const host = firstOf(env, ['OLLAMA_HOST', 'OLLAMA_BASE_URL'])
  return host === undefined ? [] : [{ name: 'ollama', base_url: /^https?:\/\//.test(host) ? host : `http://${host}` }]
}

/** The providers that the environment enables. */
export function providersFromEnv(env: Env): readonly ProviderEntry[] {
  const simple = rows.flatMap(({ name, key, baseUrl }) => {
    const apiKey = given(env, key)
    return apiKey === undefined ? [] : [entry({ name, api_key: apiKey, base_url: firstOf(env, baseUrl) })]
  })
  return [...simple, ...azure(env), ...bedrock(env), ...ollama(env)]
}
