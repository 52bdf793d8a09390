import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { JsonObject, JsonValue } from '../../../wire/json.ts'

/** What the provider's own SDK read out of one choice. */
export interface ExpectedChoice {
  readonly text: string
  readonly text_accept?: readonly string[]
  readonly reasoning?: string
  readonly tool_calls: readonly { readonly id?: string; readonly name: string; readonly arguments: JsonValue }[]
  readonly finish_reason: { readonly native: string; readonly openai: string; readonly accept: readonly string[] }
}

export interface Expected {
  readonly kind: 'chat' | 'error' | 'embeddings' | 'models'
  readonly model?: string
  readonly choices: readonly ExpectedChoice[]
  readonly usage?: {
    readonly openai: {
      readonly prompt_tokens: number
      readonly completion_tokens: number
      readonly total_tokens: number
      readonly cached_tokens?: number
    }
    readonly accept: readonly (readonly [number, number])[]
  }
  readonly error: { readonly status: number; readonly message: string; readonly accept_status: readonly number[] }
  readonly count: number
  readonly dims: number
  readonly head: readonly number[]
  readonly ids: readonly string[]
  readonly next?: string
}

/** What the provider's own SDK read out of an answer of an operation besides chat. */
export interface ExpectedResult {
  readonly index: number
  readonly score: number
  readonly document?: string
  readonly flagged: boolean
  readonly categories_true: readonly string[]
  readonly n_categories: number
  readonly top: readonly [string, number]
  readonly applied_input_types?: readonly string[]
}

/** One exchange of the corpus of further surfaces. */
export interface SurfaceExchange {
  readonly id: string
  readonly endpoint: string
  readonly request: { readonly path: string; readonly body: JsonObject }
  readonly response: Exchange['response']
  readonly client_request?: { readonly body?: JsonObject; readonly same_as_request?: boolean } | null
  readonly gateway?: { readonly testable: boolean; readonly request_loses?: readonly string[] }
  readonly expected: {
    readonly kind: string
    readonly id?: string
    readonly model?: string
    readonly results: readonly ExpectedResult[]
    readonly order?: readonly number[]
    readonly usage?: { readonly search_units?: number; readonly prompt_tokens?: number; readonly total_tokens?: number }
    readonly error: { readonly message: string }
  }
}

/** One exchange of the recorded corpus, as its README describes it. */
export interface Exchange {
  readonly id: string
  readonly endpoint: string
  readonly flavour: string
  readonly request: { readonly body: JsonObject; readonly reconstructed?: boolean }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  readonly openai_request: JsonObject
  readonly gateway?: { readonly testable: boolean }
  readonly expected: Expected
}

// The corpora lie beside the repository and are no part of it: without them, their tests are skipped.
const shared = fileURLToPath(new URL('../../../../../../../shared/', import.meta.url))

export const corpusPresent = existsSync(`${shared}wire/corpus`)
export const surfaceCorpusPresent = existsSync(`${shared}wire-surfaces/corpus`)

/** The files of a provider in a corpus, in order. */
function filesOf(corpus: string, provider: string): readonly string[] {
  const folder = `${shared}${corpus}/corpus/${provider}`
  if (!existsSync(folder)) return []
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => `${folder}/${file}`)
}

/** Every native exchange of a provider, as `[id, exchange]` rows for `it.each`. */
export function exchangesOf(provider: string): readonly (readonly [string, Exchange])[] {
  // The corpus is checked against its schema where it is made.
  const exchanges = filesOf('wire', provider).map((file) => JSON.parse(readFileSync(file, 'utf8')) as Exchange)
  return exchanges.filter((exchange) => exchange.flavour === 'native').map((exchange) => [exchange.id, exchange])
}

/** Every exchange of one operation over a provider, of both corpora. */
export function surfaceExchangesOf(provider: string, endpoint: string): readonly (readonly [string, SurfaceExchange])[] {
  const files = [...filesOf('wire-surfaces', provider), ...filesOf('wire', provider)]
  // The corpora are checked against their schema where they are made.
  const exchanges = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as SurfaceExchange)
  return exchanges.filter((exchange) => exchange.endpoint === endpoint).map((exchange) => [exchange.id, exchange])
}

export function isStream({ response }: Exchange, marks: readonly string[]): boolean {
  return marks.some((mark) => (response.headers['content-type'] ?? '').includes(mark))
}
