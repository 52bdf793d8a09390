import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** One choice as the vendor's own SDK reads it out of the recorded bytes. */
export interface ExpectedChoice {
  readonly index: number
  readonly text: string
  readonly text_accept?: readonly string[]
  readonly reasoning?: string
  readonly refusal?: string
  readonly tool_calls?: readonly { readonly id?: string; readonly name: string; readonly arguments: unknown }[]
  readonly finish_reason?: { readonly openai: string | null; readonly accept?: readonly (string | null)[] }
}

export interface Expected {
  readonly kind: string
  /** The text and the calls of an answer of the Responses API, which has no choices. */
  readonly text?: string
  readonly function_calls?: ExpectedChoice['tool_calls']
  readonly model?: string
  readonly choices?: readonly ExpectedChoice[]
  readonly usage?: { readonly openai?: Readonly<Record<string, number>>; readonly accept?: readonly (readonly number[])[] } | null
  readonly error?: {
    readonly status: number
    readonly accept_status?: readonly number[]
    readonly message?: string
    readonly retry_after?: string
  }
  readonly stream_error?: unknown
  readonly count?: number
  readonly dims?: number
  readonly head?: readonly number[]
}

/** What the one choice of an answer says, whichever API it was recorded from. */
export function onlyChoice({ choices, text, function_calls: calls }: Expected): ExpectedChoice | undefined {
  if (choices !== undefined) return choices[0]
  return text === undefined ? undefined : { index: 0, text, ...(calls && { tool_calls: calls }) }
}

export interface Exchange {
  readonly id: string
  readonly provider: string
  readonly endpoint: string
  readonly flavour: string
  readonly stream: boolean
  readonly model: string
  readonly openai_request?: Readonly<Record<string, unknown>>
  readonly gateway?: { readonly testable: boolean }
  readonly request: { readonly body?: unknown; readonly path: string }
  readonly response: { readonly status: number; readonly body?: string; readonly body_base64?: string }
  readonly expected: Expected
}

/** What the replay server offers that we use. */
export interface Replay {
  readonly url: string
  readonly baseUrl: (provider: string) => string
  readonly find: (filter: Readonly<Record<string, unknown>>) => Exchange[]
  readonly pin: (what: Readonly<Record<string, unknown>>) => void
  readonly requests: (filter?: Readonly<Record<string, unknown>>) => { readonly body: unknown; readonly outcome: string }[]
  readonly close: () => Promise<void>
}

const shared = join(dirname(fileURLToPath(import.meta.url)), '../../../../../shared')
const wire = join(shared, 'wire')
const wireSurfaces = join(shared, 'wire-surfaces')

/** The recordings lie beside the checkout; without them the tests that need them are skipped. */
export const hasCorpus = existsSync(join(wire, 'replay.mjs'))

/** The same for the recordings of operations besides chat. */
export const hasSurfaceCorpus = hasCorpus && existsSync(join(wireSurfaces, 'replay.mjs'))

export const schemaPath = join(wire, 'schema/openai-chat.schema.json')

export async function startReplay(options: Readonly<Record<string, unknown>>): Promise<Replay> {
  const module = (await import(pathToFileURL(join(wire, 'replay.mjs')).href)) as { startReplay: (options: unknown) => Promise<Replay> }
  return module.startReplay({ port: 0, ...options })
}

/** Replays both corpora. */
export async function startSurfaceReplay(options: Readonly<Record<string, unknown>>): Promise<Replay> {
  const url = pathToFileURL(join(wireSurfaces, 'replay.mjs')).href
  const module = (await import(url)) as { startReplay: (options: unknown) => Promise<Replay> }
  return module.startReplay({ port: 0, corpus: [join(wire, 'corpus'), join(wireSurfaces, 'corpus')], ...options })
}

/** Where each provider's own SDK would point, below its host. */
const bases: Readonly<Record<string, string>> = { openai: '/v1', xai: '/v1', mistral: '/v1', groq: '/openai/v1', openrouter: '/api/v1' }
const types: Readonly<Record<string, string>> = { xai: 'grok' }

/** Every provider of the corpus, as a configuration that passes any model on. */
export function replayConfig(replay: Replay): { readonly providers: readonly object[]; readonly [setting: string]: unknown } {
  const native = [
    'openai',
    'anthropic',
    'azure_openai',
    'cohere',
    'xai',
    'gemini',
    'mistral',
    'groq',
    'deepseek',
    'openrouter',
    'bedrock',
    'ollama',
  ].map((name) => ({
    name,
    type: types[name] ?? name,
    base_url: replay.baseUrl(name) + (bases[name] ?? ''),
    models: ['*'],
    ...(name === 'bedrock' ? { access_key_id: 'AKIDEXAMPLE', secret_access_key: 'secret-example' } : { api_key: `test-key-${name}` }),
  }))
  const compatible = [
    ['openai', '/v1'],
    ['gemini', '/v1beta/openai'],
    ['ollama', '/v1'],
  ].map(([name = '', path = '']) => ({
    name: `${name}_compat`,
    type: 'openai_compatible',
    base_url: replay.baseUrl(name) + path,
    models: ['*'],
    api_key: 'test-key',
  }))
  // What is compared is one exchange: neither a second attempt nor another exchange's answer.
  return { providers: [...native, ...compatible], caching: { enabled: false }, routing: { retry: { max_attempts: 1 } } }
}

export function providerOf(exchange: Exchange): string {
  return exchange.flavour === 'openai-compat' ? `${exchange.provider}_compat` : exchange.provider
}
