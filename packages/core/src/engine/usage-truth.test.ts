import { describe, expect, it } from 'vitest'
import type { Receipt } from '../call/receipt.ts'
import { type Deps, systemDeps } from '../deps.ts'
import { answerText, type ToldAnswer, toldAnswers } from './__fixtures__/told-answers.ts'
import { createEngine, type Engine } from './engine.ts'

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

function engineOver(type: string, answer: () => Response): Engine {
  const fakeFetch: Deps['fetch'] = async () => answer()
  const credentials = { apiKey: 'k', accessKeyId: 'a', secretAccessKey: 's', region: 'us-east-1' }
  return createEngine({ providers: [{ name: 'p', type, models: ['*'], ...credentials }], deps: { ...systemDeps, fetch: fakeFetch } })
}

/** A prompt of 40 characters: ten tokens by the estimate. */
const messages = [{ role: 'user', content: 'ten tokens of a question, forty letters.' }] as const

async function chat(from: ToldAnswer, usage: unknown, isStream: boolean): Promise<Receipt | undefined> {
  const receipts: Receipt[] = []
  const options = { onSettled: (receipt: Receipt) => receipts.push(receipt) }
  const body = isStream ? from.stream?.(usage) : JSON.stringify(from.plain(usage))
  const headers = { 'content-type': isStream ? from.streamType : 'application/json' }
  const engine = engineOver(from.type, () => new Response(body ?? null, { headers }))
  const request = { model: `p/${from.model}`, messages }
  if (isStream) {
    const { batches } = await engine.stream({ ...request, stream: true }, options)
    for await (const batch of batches) expect(batch.chunks).toBeDefined()
  } else await engine.chat(request, options)
  await settled()
  return receipts[0]
}

const absent = (from: ToldAnswer): readonly (readonly [string, unknown])[] => [
  ['no usage', undefined],
  ['null', null],
  ['an empty object', {}],
  ['zeros', from.usage(0, 0)],
  ['numbers as text', from.usage('100', '10')],
  ['other names', { used_tokens: 100, made_tokens: 10 }],
]
const nonsense = (from: ToldAnswer): readonly (readonly [string, unknown])[] => [
  ['more than any number holds', from.usage(1e308, 1e308)],
  ['less than nothing', from.usage(-5, -5)],
  ['fractions', from.usage(1.5, 2.5)],
  ['more than the prompt and the window hold', from.usage(9e9, 9e9)],
]

const modes = toldAnswers.flatMap((from) => [{ from, mode: 'plain' }, ...(from.stream === undefined ? [] : [{ from, mode: 'stream' }])])
const rows = modes.flatMap(({ from, mode }) => [
  ...absent(from).map(([name, usage]) => ({ type: from.type, mode, name, usage, from, why: 'not_reported' })),
  ...nonsense(from).map(([name, usage]) => ({ type: from.type, mode, name, usage, from, why: 'implausible' })),
])

describe('usage that is missing or can’t be true', () => {
  it.each(rows)('is estimated, $type, $mode: $name', async ({ from, mode, usage, why }) => {
    const receipt = await chat(from, usage, mode === 'stream')
    expect(answerText).toHaveLength(40)
    expect(receipt?.attempts[0]).toMatchObject({ usage: { inputTokens: 10, outputTokens: 10, totalTokens: 20 }, usageEstimated: why })
    expect(receipt?.usage).toMatchObject({ inputTokens: 10, outputTokens: 10 })
    if (from.type !== 'ollama') expect(receipt?.costNanoUsd).toBeGreaterThan(0)
  })

  it.each(modes)('stands when it can be true: $from.type, $mode', async ({ from, mode }) => {
    const receipt = await chat(from, from.usage(1_000, 500), mode === 'stream')
    expect(receipt?.attempts[0]).toMatchObject({ usage: { inputTokens: 1_000, outputTokens: 500 } })
    expect(receipt?.attempts[0]?.usageEstimated).toBeUndefined()
  })

  it.each(modes)('leaves the side alone that is true: $from.type, $mode', async ({ from, mode }) => {
    const receipt = await chat(from, from.usage(1_000, -1), mode === 'stream')
    expect(receipt?.attempts[0]).toMatchObject({ usage: { inputTokens: 1_000, outputTokens: 10 }, usageEstimated: 'implausible' })
  })
})

const vectors: Readonly<Record<string, (usage: unknown) => object>> = {
  openai: (usage) => ({
    object: 'list',
    model: 'm',
    data: [{ object: 'embedding', index: 0, embedding: [1] }],
    usage: usage === undefined ? undefined : { prompt_tokens: usage, total_tokens: usage },
  }),
  cohere: (usage) => ({
    id: 'x',
    embeddings: { float: [[1]] },
    meta: usage === undefined ? {} : { billed_units: { input_tokens: usage } },
  }),
  gemini: (usage) => ({ embeddings: [{ values: [1] }], usageMetadata: usage === undefined ? undefined : { promptTokenCount: usage } }),
  ollama: (usage) => ({ model: 'm', embeddings: [[1]], prompt_eval_count: usage }),
  mistral: (usage) => ({
    object: 'list',
    model: 'm',
    data: [{ object: 'embedding', index: 0, embedding: [1] }],
    usage: usage === undefined ? undefined : { prompt_tokens: usage, total_tokens: usage },
  }),
}
const embeddingRows = Object.keys(vectors).flatMap((type) => [
  ...[undefined, null, 0, '7'].map((usage) => ({ type, usage, why: 'not_reported' })),
  ...[1e308, -1, 2.5, 5_000].map((usage) => ({ type, usage, why: 'implausible' })),
])

describe('usage of embeddings', () => {
  it.each(embeddingRows)('is estimated when it is missing or can’t be true: $type, $usage', async ({ type, usage, why }) => {
    const engine = engineOver(type, () => Response.json(vectors[type]?.(usage)))
    const receipts: Receipt[] = []
    await engine.embed({ model: 'p/m', input: ['ten tokens of a question, forty letters.'] }, { onSettled: (one) => receipts.push(one) })
    await settled()
    expect(receipts[0]?.attempts[0]).toMatchObject({ usage: { inputTokens: 10, outputTokens: 0 }, usageEstimated: why })
  })
})

describe('usage of rerank', () => {
  it.each<[string, unknown, object]>([
    ['nothing', undefined, { usage: { searchUnits: 1 }, usageEstimated: 'not_reported' }],
    ['no units', { billed_units: { search_units: 0 } }, { usage: { searchUnits: 1 }, usageEstimated: 'not_reported' }],
    ['units without end', { billed_units: { search_units: 1e308 } }, { usage: { searchUnits: 1 }, usageEstimated: 'implausible' }],
    [
      'more units than documents can make',
      { billed_units: { search_units: 4_000 } },
      { usage: { searchUnits: 1 }, usageEstimated: 'implausible' },
    ],
    ['a part of a unit', { billed_units: { search_units: 0.5 } }, { usage: { searchUnits: 1 }, usageEstimated: 'implausible' }],
    ['a unit', { billed_units: { search_units: 1 } }, { usage: { searchUnits: 1 } }],
  ])('%s', async (_name, meta, expected) => {
    const engine = engineOver('cohere', () => Response.json({ id: 'x', results: [{ index: 0, relevance_score: 1 }], meta }))
    const receipts: Receipt[] = []
    await engine.rerank({ model: 'p/rerank-v3.5', query: 'q', documents: ['a', 'b'] }, { onSettled: (one) => receipts.push(one) })
    await settled()
    expect(receipts[0]).toMatchObject({ costNanoUsd: 2_000_000, attempts: [expected] })
  })
})
