import { asTree, type Path, type Tree, valueAt } from '../config/tree.ts'
import type { ForeignFile } from './foreign-file.ts'
import type { Account, ProviderList } from './provider-list.ts'
import { withoutEmpty } from './write-config.ts'

/** LiteLLM's names of vendors before the slash of a model (docs.litellm.ai/docs/providers, 2026-10), and our types. */
const vendors: Readonly<Record<string, string>> = {
  openai: 'openai',
  text_completion_openai: 'openai',
  azure: 'azure_openai',
  anthropic: 'anthropic',
  cohere: 'cohere',
  cohere_chat: 'cohere',
  xai: 'grok',
  gemini: 'gemini',
  mistral: 'mistral',
  groq: 'groq',
  deepseek: 'deepseek',
  openrouter: 'openrouter',
  bedrock: 'bedrock',
  vertex_ai: 'vertex',
  ollama: 'ollama',
  ollama_chat: 'ollama',
  together_ai: 'together',
  voyage: 'voyage',
  jina_ai: 'jina',
  hosted_vllm: 'openai_compatible',
  custom_openai: 'openai_compatible',
  litellm_proxy: 'openai_compatible',
}

/** Settings of a deployment that belong to its account. */
const accountFields: Readonly<Record<string, string>> = {
  api_key: 'api_key',
  api_base: 'base_url',
  base_url: 'base_url',
  api_version: 'api_version',
  aws_region_name: 'region',
  aws_access_key_id: 'access_key_id',
  aws_secret_access_key: 'secret_access_key',
  aws_session_token: 'session_token',
  vertex_project: 'project',
  vertex_location: 'region',
  vertex_credentials: 'credentials',
  extra_headers: 'headers',
}

const millionth = 1_000_000

/** Prices of LiteLLM are for one token, ours for a million. */
const priceFields: Readonly<Record<string, string>> = {
  input_cost_per_token: 'input_usd_per_million',
  output_cost_per_token: 'output_usd_per_million',
  cache_read_input_token_cost: 'cached_input_usd_per_million',
  cache_creation_input_token_cost: 'cache_write_usd_per_million',
  output_cost_per_reasoning_token: 'reasoning_usd_per_million',
}

const reasons: Readonly<Record<string, string>> = {
  rpm: 'limits of a single deployment are not counted here: a provider that answers 429 rests, and others are asked; limits belong to keys (auth.api_keys[].limits)',
  tpm: 'limits of a single deployment are not counted here: a provider that answers 429 rests, and others are asked; limits belong to keys (auth.api_keys[].limits)',
  max_parallel_requests: 'http_client.pool_limits.max_connections bounds calls under way at a provider',
  order: 'a provider has one priority for all of its models (providers[].priority)',
  weight: 'a provider has one weight for all of its models (providers[].weight)',
  temperature: 'parameters of requests are the client’s own',
  max_tokens: 'parameters of requests are the client’s own',
}

/** `os.environ/KEY` is `${KEY}`. */
export function toReference(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('os.environ/') ? `\${${value.slice('os.environ/'.length)}}` : value
  if (Array.isArray(value)) return value.map(toReference)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]: [string, unknown]) => [key, toReference(member)]))
}

interface Named {
  readonly type: string
  readonly id: string
}

/** A model without a vendor is OpenAI's, but for Claude. */
function namedBy(model: string, params: Tree): Named | undefined {
  const slash = model.indexOf('/')
  const vendor = slash === -1 ? (model.startsWith('claude') ? 'anthropic' : 'openai') : model.slice(0, slash)
  const id = model.slice(slash + 1)
  const type = Object.hasOwn(vendors, vendor) ? vendors[vendor] : undefined
  if (type === undefined) return params['api_base'] === undefined ? undefined : { type: 'openai_compatible', id }
  // OpenAI's dialect at another address is somebody else's server.
  if (type === 'openai' && params['api_base'] !== undefined && !String(params['api_base']).includes('api.openai.com'))
    return { type: 'openai_compatible', id }
  return { type, id: id.replace(/^(?:converse|invoke|responses|chat)\//, '') }
}

function factsOf(file: ForeignFile, path: Path): Tree {
  const facts: Record<string, unknown> = {}
  for (const section of ['litellm_params', 'model_info']) {
    for (const [theirs, ours] of Object.entries(priceFields)) {
      const price = file.take(...path, section, theirs)
      if (price !== undefined) facts[ours] = Number((Number(price) * millionth).toPrecision(12))
    }
  }
  const window = file.take(...path, 'model_info', 'max_input_tokens')
  const output = file.take(...path, 'model_info', 'max_output_tokens') ?? file.take(...path, 'model_info', 'max_tokens')
  return withoutEmpty({ context_length: window, max_output_tokens: output, ...facts })
}

function limitsOf(file: ForeignFile, path: Path): Tree {
  const whole = file.take(...path, 'litellm_params', 'timeout')
  const stream = file.take(...path, 'litellm_params', 'stream_timeout')
  const total = stream === undefined ? undefined : { total_ms: Number(stream) * 1000 }
  return withoutEmpty({ timeout_seconds: whole === undefined ? undefined : Number(whole), timeouts: total })
}

/** Of these nothing has to be taken over: the catalogue knows them, or they only name things. */
const harmless: readonly string[] = [
  'id',
  'mode',
  'base_model',
  'supports_vision',
  'supports_function_calling',
  'supports_system_messages',
  'litellm_provider',
]

/** The account of a deployment, as our file writes it. */
function accountOf(file: ForeignFile, path: Path, type: string): Account {
  const account: Record<string, unknown> = {}
  for (const [theirs, ours] of Object.entries(accountFields)) {
    const value = file.take(...path, 'litellm_params', theirs)
    if (value !== undefined) account[ours] = toReference(value)
  }
  return { type, ...account }
}

/** One entry of `model_list`: the target that it becomes, or `undefined` with a note. */
export function toTarget(file: ForeignFile, path: Path, providers: ProviderList): string | undefined {
  const params = asTree(valueAt(file.tree, [...path, 'litellm_params']))
  const model = file.take(...path, 'litellm_params', 'model')
  if (typeof model !== 'string') {
    file.note([...path, 'litellm_params'], 'names no model')
    return undefined
  }
  const named = namedBy(model, params)
  if (named === undefined) {
    const message = `"${model.slice(0, 80)}": this vendor is not known; with api_base it would be an openai_compatible provider`
    file.note([...path, 'litellm_params'], message)
    return undefined
  }
  for (const name of harmless) file.take(...path, 'model_info', name)
  for (const [name, reason] of Object.entries(reasons)) if (params[name] !== undefined) file.note([...path, 'litellm_params', name], reason)
  const facts = named.id === '*' ? {} : { ...factsOf(file, path), ...limitsOf(file, path) }
  return `${providers.nameOf(accountOf(file, path, named.type), { id: named.id, facts })}/${named.id}`
}
