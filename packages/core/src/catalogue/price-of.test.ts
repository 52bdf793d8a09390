import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ModelOverrides } from './model-overrides.ts'
import { priceOf } from './price-of.ts'

/** Dollars per million tokens of input and output. */
function usd(type: string, model: string, overrides?: ModelOverrides): readonly (number | undefined)[] | null {
  const price = priceOf({ type, model, overrides })
  const toUsd = (rate: number | undefined): number | undefined => (rate === undefined ? undefined : rate / 1e9)
  return price === null ? null : [toUsd(price.rates.input), toUsd(price.rates.output)]
}

describe('priceOf', () => {
  it.each([
    { name: 'an exact id', type: 'openai', model: 'gpt-4o', price: [2.5, 10] },
    { name: 'a dated id', type: 'openai', model: 'gpt-4o-mini-2024-07-18', price: [0.15, 0.6] },
    { name: 'a dated id with a price of its own', type: 'openai', model: 'gpt-4o-2024-05-13', price: [5, 15] },
    { name: 'an old snapshot', type: 'openai', model: 'gpt-4-0613', price: [30, 60] },
    { name: 'an alias', type: 'openai', model: 'gpt-5.6', price: [4, 20] },
    { name: 'a date of Anthropic', type: 'anthropic', model: 'claude-sonnet-4-5-20250929', price: [3, 15] },
    { name: 'a name of Anthropic for the latest', type: 'anthropic', model: 'claude-3-5-haiku-latest', price: [0.8, 4] },
    { name: 'a zero for the minor version', type: 'anthropic', model: 'claude-sonnet-4-0', price: [3, 15] },
    { name: 'a deployment named after its model', type: 'azure_openai', model: 'gpt-4.1-mini', price: [0.4, 1.6] },
    { name: 'Azure’s spelling of 3.5', type: 'azure_openai', model: 'gpt-35-turbo', price: [0.5, 1.5] },
    { name: 'a model that Azure sells at another price', type: 'azure_openai', model: 'gpt-audio', price: [2.5, 10] },
    { name: 'another vendor’s model at Azure', type: 'azure_openai', model: 'Cohere-embed-v3-english', price: [0.1, 0] },
    { name: 'Bedrock, version and all', type: 'bedrock', model: 'anthropic.claude-3-haiku-20240307-v1:0', price: [0.25, 1.25] },
    { name: 'a regional profile', type: 'bedrock', model: 'us.amazon.nova-2-lite-v1:0', price: [0.33, 2.75] },
    { name: 'a global profile', type: 'bedrock', model: 'global.anthropic.claude-haiku-4-5-20251001-v1:0', price: [1, 5] },
    { name: 'another region at another price', type: 'bedrock', model: 'eu.amazon.nova-2-lite-v1:0', price: [0.429, 3.597] },
    { name: 'a region that costs no more', type: 'bedrock', model: 'us.amazon.nova-lite-v1:0', price: [0.06, 0.24] },
    {
      name: 'a model that costs the same everywhere',
      type: 'bedrock',
      model: 'eu.anthropic.claude-3-haiku-20240307-v1:0',
      price: [0.25, 1.25],
    },
    {
      name: 'the ARN of a profile',
      type: 'bedrock',
      model: 'arn:aws:bedrock:us-east-1:012345678901:inference-profile/us.anthropic.claude-3-7-sonnet-20250219-v1:0',
      price: [3, 15],
    },
    { name: 'a revision of Google', type: 'gemini', model: 'gemini-2.0-flash-001', price: [0.1, 0.4] },
    { name: 'Google’s resource name', type: 'gemini', model: 'models/gemini-2.5-flash', price: [0.3, 2.5] },
    { name: 'a publisher’s model at Vertex', type: 'vertex', model: 'publishers/google/models/gemini-2.5-pro', price: [1.25, 10] },
    { name: 'Claude at Vertex', type: 'vertex', model: 'claude-sonnet-4@20250514', price: [3, 15] },
    { name: 'a snapshot of Grok', type: 'grok', model: 'grok-4-0709', price: [3, 15] },
    { name: 'Groq’s ids with a slash', type: 'groq', model: 'openai/gpt-oss-120b', price: [0.15, 0.6] },
    { name: 'a vendor’s price at OpenRouter', type: 'openrouter', model: 'openai/gpt-4o-mini', price: [0.15, 0.6] },
    { name: 'OpenRouter’s dots', type: 'openrouter', model: 'anthropic/claude-haiku-4.5', price: [1, 5] },
    { name: 'OpenRouter’s own order of words', type: 'openrouter', model: 'anthropic/claude-4.5-haiku-20251001', price: [1, 5] },
    { name: 'a variant at the same price', type: 'openrouter', model: 'anthropic/claude-3.7-sonnet:thinking', price: [3, 15] },
    { name: 'an open model at OpenRouter’s price', type: 'openrouter', model: 'deepseek/deepseek-r1-0528', price: [0.5, 2.15] },
    { name: 'a free variant', type: 'openrouter', model: 'minimax/minimax-m2:free', price: [0, 0] },
    { name: 'what runs locally', type: 'ollama', model: 'llama3.2', price: [0, 0] },
    { name: 'the demo', type: 'demo', model: 'echo', price: [0, 0] },
  ])('knows $name: $type $model', ({ type, model, price }) => {
    expect(usd(type, model)).toEqual(price)
  })

  it.each([
    { name: 'a model nobody sells', type: 'openai', model: 'gpt-5.2-proo' },
    { name: 'a fine-tuned model whose base is not sold for it', type: 'openai', model: 'ft:gpt-2:acme::abc' },
    { name: 'another vendor’s model', type: 'anthropic', model: 'gpt-4o' },
    { name: 'a deployment’s free name', type: 'azure_openai', model: 'my-deployment' },
    { name: 'an application profile', type: 'bedrock', model: 'arn:aws:bedrock:us-east-1:1:application-inference-profile/a1b2c3' },
    { name: 'a region that no table names', type: 'bedrock', model: 'ca.amazon.nova-2-lite-v1:0' },
    { name: 'a self-hosted model', type: 'openai_compatible', model: 'gpt-4o' },
    { name: 'a model of Ollama’s cloud', type: 'ollama', model: 'gpt-oss:120b-cloud' },
    { name: 'a variant that nobody sells', type: 'openrouter', model: 'openai/gpt-4o:turbo' },
    { name: 'a price that is not public', type: 'cohere', model: 'command-a-plus-05-2026' },
    { name: 'an unknown provider', type: 'acme', model: 'gpt-4o' },
    { name: 'a word that objects carry', type: 'openai', model: 'constructor' },
    { name: 'a provider type that objects carry', type: 'toString', model: 'gpt-4o' },
  ])('does not guess the price of $name: $type $model', ({ type, model }) => {
    expect(priceOf({ type, model })).toBeNull()
  })

  it('sells no batches through OpenRouter', () => {
    expect(Object.keys(priceOf({ type: 'openai', model: 'gpt-4.1' })?.tiers ?? {})).toContain('batch')
    expect(Object.keys(priceOf({ type: 'openrouter', model: 'openai/gpt-4.1' })?.tiers ?? {})).not.toContain('batch')
  })

  it('answers any name, twice the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('openai', 'bedrock', 'openrouter', 'vertex', 'azure_openai'),
        fc.string({ maxLength: 300 }),
        (type, model) => {
          expect(priceOf({ type, model })).toBe(priceOf({ type, model }))
        },
      ),
    )
  })
})

describe('a configured price', () => {
  it('makes a self-hosted model known', () => {
    expect(usd('openai_compatible', 'llama', { inputUsdPerMillion: 0.0375, outputUsdPerMillion: 0.15 })).toEqual([0.0375, 0.15])
  })

  it('takes the place of the public one, discounts and tiers included', () => {
    const price = priceOf({ type: 'gemini', model: 'gemini-2.5-pro', overrides: { inputUsdPerMillion: 1 } })
    expect(price).toEqual({ rates: { input: 1e9, output: 10e9, webSearches: 35_000e9 }, longContext: [] })
  })

  it('leaves the rest alone when it is only about a detail', () => {
    const price = priceOf({ type: 'openai', model: 'gpt-4o', overrides: { cachedInputUsdPerMillion: 1 } })
    expect(price).toMatchObject({ rates: { input: 2.5e9, cachedInput: 1e9, output: 10e9 }, tiers: { batch: { rates: { input: 1.25e9 } } } })
  })

  it('may be 0', () => {
    expect(usd('openai', 'gpt-4o', { inputUsdPerMillion: 0, outputUsdPerMillion: 0 })).toEqual([0, 0])
  })

  it('changes nothing when it is about something else', () => {
    expect(usd('openai', 'gpt-4o', { contextLength: 1_000 })).toEqual([2.5, 10])
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 4_001])('is refused when it cannot be one: %d', (inputUsdPerMillion) => {
    expect(() => priceOf({ type: 'openai', model: 'gpt-4o', overrides: { inputUsdPerMillion } })).toThrow(
      `input is ${inputUsdPerMillion}; allowed: dollars per million tokens from 0 to 4000.`,
    )
  })
})

/** Recorded exchanges of real providers, where they lie beside the checkout. */
const corpus = fileURLToPath(new URL('../../../../../shared/wire/index.json', import.meta.url))
/** Models that answered, and for which no price is published or none is in our sources any more. */
const unpriced: readonly string[] = [
  'azure_openai openllmetry-testing',
  'azure_openai test-deployment',
  'azure_openai test-openai',
  'cohere command-a-plus-05-2026',
  'cohere command-a-reasoning-08-2025',
  'cohere command-a-vision-07-2025',
  'gemini gemini-2.0-flash-exp',
  'gemini gemini-2.0-flash-thinking-exp-01-21',
  'gemini text-embedding-004',
  'groq allam-2-7b',
  'groq compound-beta',
  'openai ada',
  'openai text-curie-001',
  'openrouter meta-llama/llama-3.2-3b-instruct',
  'openrouter qwen/qwen3-30b-a3b-instruct-2507',
]

interface Exchange {
  readonly provider: string
  readonly model?: string | null
  readonly status: number
}

describe.skipIf(!existsSync(corpus))('the recorded exchanges', () => {
  it('come from models whose price is known, but for a list', () => {
    const { exchanges } = JSON.parse(readFileSync(corpus, 'utf8')) as { readonly exchanges: readonly Exchange[] }
    const answered = exchanges.filter(({ status, model }) => status === 200 && typeof model === 'string')
    const keys = answered.map(({ provider, model }) => ({ type: provider === 'xai' ? 'grok' : provider, model: model ?? '' }))
    const unknown = keys.filter((key) => priceOf(key) === null).map(({ type, model }) => `${type} ${model}`)
    expect(new Set(keys.map(({ type, model }) => `${type} ${model}`)).size).toBeGreaterThan(100)
    expect([...new Set(unknown)].filter((name) => !unpriced.includes(name))).toEqual([])
  })
})
