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

// The corpus lies beside the repository and is no part of it: without it, its tests are skipped.
const root = fileURLToPath(new URL('../../../../../../../shared/wire/corpus/', import.meta.url))

export const corpusPresent = existsSync(root)

/** Every native exchange of a provider, as `[id, exchange]` rows for `it.each`. */
export function exchangesOf(provider: string): readonly (readonly [string, Exchange])[] {
  if (!corpusPresent) return []
  const files = readdirSync(`${root}${provider}`, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  )
  // The corpus is checked against its schema where it is made.
  const exchanges = files
    .sort()
    .map((file) => JSON.parse(readFileSync(`${root}${provider}/${file}`, 'utf8')) as Exchange)
  return exchanges.filter((exchange) => exchange.flavour === 'native').map((exchange) => [exchange.id, exchange])
}

export function isStream({ response }: Exchange, marks: readonly string[]): boolean {
  return marks.some((mark) => (response.headers['content-type'] ?? '').includes(mark))
}
