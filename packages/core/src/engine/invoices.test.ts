import { describe, expect, it } from 'vitest'
import type { Receipt } from '../call/receipt.ts'
import { type Deps, systemDeps } from '../deps.ts'
import type { ProviderOptions } from '../providers/options.ts'
import type { JsonObject } from '../wire/json.ts'
import { type ToldAnswer, toldAnswers } from './__fixtures__/told-answers.ts'
import { createEngine } from './engine.ts'

/** One call as its vendor would bill it, with the price read by hand where a page is named. */
interface Invoice {
  readonly name: string
  /** The dialect that the answer is written in: a provider type of `told-answers.ts`. */
  readonly wire: string
  readonly provider: Partial<ProviderOptions> & { readonly type: string }
  readonly model: string
  readonly usage: JsonObject
  /** What stands beside the usage: in the body, in Gemini in the candidate. */
  readonly beside?: JsonObject
  /** `null` is a price that is not known. */
  readonly nanoUsd: number | null
  readonly source?: string
}

const thousand = { prompt_tokens: 1_000, completion_tokens: 1_000, total_tokens: 2_000 }
const claude = { input_tokens: 1_000, output_tokens: 1_000 }
const converse = { inputTokens: 1_000, outputTokens: 1_000 }
const perThousand = (input: number, output: number): number => 1_000 * (input + output)

const openAi = { wire: 'openai', provider: { type: 'openai' } }
const anthropic = { wire: 'anthropic', provider: { type: 'anthropic' } }
const bedrock = (region: string) => ({ wire: 'bedrock', provider: { type: 'bedrock', region } })
const azure = (region?: string) => ({
  wire: 'openai',
  provider: { type: 'azure_openai', baseUrl: 'https://r.openai.azure.com', apiVersion: 'v1', region },
})

const invoices: readonly Invoice[] = [
  // developers.openai.com/api/docs/pricing, 2026-11: GPT-5.6 4 and 20 dollars, half of it in flex, twice in priority.
  { name: 'OpenAI, standard', ...openAi, model: 'gpt-5.6', usage: thousand, beside: { service_tier: 'default' }, nanoUsd: 24_000_000 },
  { name: 'OpenAI, flex', ...openAi, model: 'gpt-5.6', usage: thousand, beside: { service_tier: 'flex' }, nanoUsd: 12_000_000 },
  { name: 'OpenAI, priority', ...openAi, model: 'gpt-5.6', usage: thousand, beside: { service_tier: 'priority' }, nanoUsd: 48_000_000 },
  {
    name: 'OpenAI, flex with a read of the cache',
    ...openAi,
    model: 'gpt-5.6',
    usage: { ...thousand, prompt_tokens_details: { cached_tokens: 600 } },
    beside: { service_tier: 'flex' },
    nanoUsd: 400 * 2_000 + 600 * 200 + 1_000 * 10_000,
  },
  {
    name: 'OpenAI, a long prompt in priority',
    ...openAi,
    model: 'gpt-5.6',
    usage: { prompt_tokens: 300_000, completion_tokens: 1_000, total_tokens: 301_000, prompt_tokens_details: { cached_tokens: 299_000 } },
    beside: { service_tier: 'priority' },
    nanoUsd: 1_000 * 16_000 + 299_000 * 1_600 + 1_000 * 60_000,
  },
  {
    name: 'a tier that nobody has told the price of',
    ...openAi,
    model: 'gpt-5.6',
    usage: thousand,
    beside: { service_tier: 'scale' },
    nanoUsd: null,
  },
  {
    name: 'a tier that objects carry',
    ...openAi,
    model: 'gpt-5.6',
    usage: thousand,
    beside: { service_tier: 'constructor' },
    nanoUsd: null,
  },
  {
    name: 'OpenAI, kept in Europe',
    wire: 'openai',
    provider: { type: 'openai', baseUrl: 'https://eu.api.openai.com/v1' },
    model: 'gpt-5.6',
    usage: thousand,
    nanoUsd: 26_400_000,
  },
  {
    name: 'OpenAI, fine-tuned',
    ...openAi,
    model: 'ft:gpt-4o-2024-08-06:acme::abc',
    usage: thousand,
    nanoUsd: perThousand(3_750, 15_000),
  },
  // platform.claude.com/docs/en/about-claude/pricing, 2026-11.
  {
    name: 'Anthropic, standard',
    ...anthropic,
    model: 'claude-opus-4-8',
    usage: { ...claude, service_tier: 'standard' },
    nanoUsd: 30_000_000,
  },
  {
    name: 'Anthropic, kept in the US: a tenth more',
    ...anthropic,
    model: 'claude-opus-4-8',
    usage: { ...claude, inference_geo: 'us' },
    nanoUsd: 33_000_000,
  },
  {
    name: 'Anthropic, kept nowhere',
    ...anthropic,
    model: 'claude-opus-4-8',
    usage: { ...claude, inference_geo: 'global' },
    nanoUsd: 30_000_000,
  },
  { name: 'Anthropic, fast: twice', ...anthropic, model: 'claude-opus-4-8', usage: { ...claude, speed: 'fast' }, nanoUsd: 60_000_000 },
  {
    name: 'Anthropic, fast and in the US: both',
    ...anthropic,
    model: 'claude-opus-4-8',
    usage: { ...claude, speed: 'fast', inference_geo: 'us' },
    nanoUsd: 66_000_000,
  },
  {
    name: 'Anthropic, in a batch, with cache writes of both kinds and a read',
    ...anthropic,
    model: 'claude-opus-4-8',
    usage: {
      ...claude,
      service_tier: 'batch',
      cache_creation_input_tokens: 500,
      cache_read_input_tokens: 100,
      cache_creation: { ephemeral_1h_input_tokens: 200, ephemeral_5m_input_tokens: 300 },
    },
    nanoUsd: 1_000 * 2_500 + 300 * 3_125 + 200 * 5_000 + 100 * 250 + 1_000 * 12_500,
  },
  {
    name: 'Anthropic, ten searches at 10 dollars a thousand',
    ...anthropic,
    model: 'claude-sonnet-4-5',
    usage: { ...claude, server_tool_use: { web_search_requests: 10 } },
    nanoUsd: 118_000_000,
  },
  {
    name: 'Anthropic, a search costs the same in the US',
    ...anthropic,
    model: 'claude-opus-4-8',
    usage: { ...claude, inference_geo: 'us', server_tool_use: { web_search_requests: 1 } },
    nanoUsd: 43_000_000,
  },
  {
    name: 'a search at a price that is not known',
    wire: 'openai',
    provider: { type: 'mistral' },
    model: 'mistral-small',
    usage: { ...thousand, num_search_queries: 1 },
    nanoUsd: null,
  },
  // ai.google.dev/gemini-api/docs/pricing, 2026-11.
  {
    name: 'Gemini, flex traffic',
    wire: 'gemini',
    provider: { type: 'gemini' },
    model: 'gemini-2.5-flash',
    usage: { promptTokenCount: 1_000, candidatesTokenCount: 1_000, trafficType: 'ON_DEMAND_FLEX' },
    nanoUsd: perThousand(150, 1_250),
  },
  {
    name: 'Gemini 2.5, a grounded prompt is billed once',
    wire: 'gemini',
    provider: { type: 'gemini' },
    model: 'gemini-2.5-flash',
    usage: { promptTokenCount: 1_000, candidatesTokenCount: 1_000 },
    beside: { groundingMetadata: { webSearchQueries: ['a', 'b', 'c'] } },
    nanoUsd: perThousand(300, 2_500) + 35_000_000,
  },
  {
    name: 'Gemini 3, each search is billed',
    wire: 'gemini',
    provider: { type: 'gemini' },
    model: 'gemini-3.1-pro-preview',
    usage: { promptTokenCount: 1_000, candidatesTokenCount: 1_000 },
    beside: { groundingMetadata: { webSearchQueries: ['a', 'b', 'c'] } },
    nanoUsd: perThousand(2_000, 12_000) + 3 * 14_000_000,
  },
  {
    name: 'Gemini, an image of 1,290 tokens at 30 dollars a million',
    wire: 'gemini',
    provider: { type: 'gemini' },
    model: 'gemini-2.5-flash-image',
    usage: {
      promptTokenCount: 100,
      candidatesTokenCount: 1_300,
      candidatesTokensDetails: [
        { modality: 'IMAGE', tokenCount: 1_290 },
        { modality: 'TEXT', tokenCount: 10 },
      ],
    },
    nanoUsd: 100 * 300 + 1_290 * 30_000 + 10 * 2_500,
  },
  // aws.amazon.com/bedrock/pricing, 2026-11.
  { name: 'Bedrock, everywhere', ...bedrock('us-east-1'), model: 'global.anthropic.claude-opus-4-8', usage: converse, nanoUsd: 30_000_000 },
  {
    name: 'Bedrock, a profile of the US',
    ...bedrock('us-east-1'),
    model: 'us.anthropic.claude-opus-4-8',
    usage: converse,
    nanoUsd: 33_000_000,
  },
  {
    name: 'Bedrock, its cheap region',
    ...bedrock('us-east-1'),
    model: 'minimax.minimax-m2.5',
    usage: converse,
    nanoUsd: perThousand(300, 1_200),
  },
  {
    name: 'Bedrock, Frankfurt',
    ...bedrock('eu-central-1'),
    model: 'minimax.minimax-m2.5',
    usage: converse,
    nanoUsd: perThousand(360, 1_440),
  },
  { name: 'Bedrock, London', ...bedrock('eu-west-2'), model: 'minimax.minimax-m2.5', usage: converse, nanoUsd: perThousand(470, 1_860) },
  {
    name: 'Bedrock, flex in Frankfurt',
    ...bedrock('eu-central-1'),
    model: 'minimax.minimax-m2.5',
    usage: converse,
    beside: { serviceTier: { type: 'flex' } },
    nanoUsd: perThousand(180, 720),
  },
  // azure.microsoft.com/pricing/details/azure-openai, 2026-11.
  { name: 'Azure, global', ...azure(), model: 'gpt-5.4-mini', usage: thousand, nanoUsd: perThousand(750, 4_500) },
  { name: 'Azure, a data zone', ...azure('eu'), model: 'gpt-5.4-mini', usage: thousand, nanoUsd: perThousand(825, 4_950) },
  {
    name: 'Azure, priority in a data zone',
    ...azure('us'),
    model: 'gpt-5.4-mini',
    usage: thousand,
    beside: { service_tier: 'priority' },
    nanoUsd: perThousand(1_650, 9_900),
  },
  // cohere.com/pricing, 2026-11: 2.50 and 10 dollars for billed units.
  {
    name: 'Cohere charges other tokens than it counts',
    wire: 'cohere',
    provider: { type: 'cohere' },
    model: 'command-a-03-2025',
    usage: { billed_units: { input_tokens: 10, output_tokens: 20 }, tokens: { input_tokens: 500, output_tokens: 20 } },
    nanoUsd: 225_000,
  },
  {
    name: 'OpenRouter tells what it charged',
    wire: 'openai',
    provider: { type: 'openrouter' },
    model: 'openai/gpt-4o',
    usage: { ...thousand, cost: 0.5 },
    nanoUsd: 500_000_000,
    source: 'provider',
  },
  {
    name: 'OpenRouter with a key of the caller’s own: its fee, and the vendor’s bill',
    wire: 'openai',
    provider: { type: 'openrouter' },
    model: 'openrouter/auto',
    usage: { ...thousand, cost: 0.0005, is_byok: true, cost_details: { upstream_inference_cost: 0.0102 } },
    nanoUsd: 10_700_000,
    source: 'provider',
  },
  {
    name: 'xAI counts in ten-billionths of a dollar',
    wire: 'openai',
    provider: { type: 'grok' },
    model: 'grok-4.6',
    usage: { ...thousand, cost_in_usd_ticks: 123_456_780 },
    nanoUsd: 12_345_678,
    source: 'provider',
  },
  {
    name: 'a server of one’s own that estimates',
    wire: 'openai',
    provider: { type: 'openai_compatible', baseUrl: 'http://up/v1' },
    model: 'whatever',
    usage: { ...thousand, estimated_cost: 0.25 },
    nanoUsd: 250_000_000,
    source: 'provider',
  },
  {
    name: 'a cost that can’t be one is not believed',
    wire: 'openai',
    provider: { type: 'openrouter' },
    model: 'openai/gpt-4o',
    usage: { ...thousand, cost: -1 },
    nanoUsd: perThousand(2_500, 10_000),
  },
  {
    name: 'an operator’s own price holds, whatever is told',
    wire: 'openai',
    provider: { type: 'openrouter', models: [{ id: 'openai/gpt-4o', overrides: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 } }] },
    model: 'openai/gpt-4o',
    usage: { ...thousand, cost: 0.5 },
    beside: { service_tier: 'flex' },
    nanoUsd: perThousand(1_000, 2_000),
    source: 'configuration',
  },
]

const wires = new Map(toldAnswers.map((answer) => [answer.type, answer]))

function wireOf({ wire }: Invoice): ToldAnswer {
  const found = wires.get(wire)
  if (found === undefined) throw new Error(`no wire ${wire}`)
  return found
}

async function receiptOf(invoice: Invoice, isStream: boolean): Promise<Receipt | undefined> {
  const wire = wireOf(invoice)
  const { usage, beside } = invoice
  const body = isStream ? wire.stream?.(usage, beside) : JSON.stringify(wire.plain(usage, beside))
  const headers = { 'content-type': isStream ? wire.streamType : 'application/json' }
  const fakeFetch: Deps['fetch'] = async () => new Response(body ?? null, { headers })
  const credentials = { apiKey: 'k', accessKeyId: 'a', secretAccessKey: 's' }
  const provider: ProviderOptions = { name: 'p', models: ['*'], ...credentials, ...invoice.provider }
  const engine = createEngine({ providers: [provider], deps: { ...systemDeps, fetch: fakeFetch } })
  const receipts: Receipt[] = []
  const options = { onSettled: (receipt: Receipt) => receipts.push(receipt) }
  const request = { model: `p/${invoice.model}`, messages: [{ role: 'user', content: 'x'.repeat(400_000) }] } as const
  if (isStream) {
    const { batches } = await engine.stream({ ...request, stream: true }, options)
    for await (const batch of batches) expect(batch.chunks).toBeDefined()
  } else await engine.chat(request, options)
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  return receipts[0]
}

const modes = invoices.flatMap((invoice) => [
  { ...invoice, mode: 'plain' },
  ...(wireOf(invoice).stream === undefined ? [] : [{ ...invoice, mode: 'stream' }]),
])

it('is made at the prices that an operator has written down for a model, whoever lists it', async () => {
  const body = JSON.stringify(wires.get('openai')?.plain(thousand))
  const fakeFetch: Deps['fetch'] = async () => new Response(body, { headers: { 'content-type': 'application/json' } })
  const modelOverrides = { 'p/gpt-4o': { inputUsdPerMillion: 1, outputUsdPerMillion: 2, contextLength: 7 } }
  const providers: readonly ProviderOptions[] = [{ name: 'p', type: 'openai', apiKey: 'k', models: ['*'] }]
  const engine = createEngine({ providers, modelOverrides, deps: { ...systemDeps, fetch: fakeFetch } })
  const receipts: Receipt[] = []
  const messages = [{ role: 'user', content: 'x'.repeat(4_000) }] as const
  await engine.chat({ model: 'p/gpt-4o', messages }, { onSettled: (receipt) => receipts.push(receipt) })
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  expect(receipts[0]).toMatchObject({ costNanoUsd: 3_000_000, attempts: [{ priced: { source: 'configuration' } }] })
  const [target] = await engine.targetsOf('p/gpt-4o')
  expect(target && engine.catalog.facts(target).contextLength).toBe(7)
})

describe('the bill', () => {
  it.each(modes)('is right to the nano-dollar: $name, $mode', async (invoice) => {
    const receipt = await receiptOf(invoice, invoice.mode === 'stream')
    expect(receipt?.outcome).toBe('complete')
    expect(receipt?.costNanoUsd).toBe(invoice.nanoUsd)
    const { priced } = receipt?.attempts[0] ?? {}
    if (invoice.source !== undefined) expect(priced?.source).toBe(invoice.source)
    const parts = Object.values(priced?.parts ?? {})
    if (parts.length > 0) expect(parts.reduce((sum, part) => sum + part, 0)).toBe(invoice.nanoUsd)
  })
})
