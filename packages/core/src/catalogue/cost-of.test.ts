import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Usage } from '../chat/usage.ts'
import { costOf } from './cost-of.ts'
import type { ModelPrice } from './price.ts'
import { priceOf } from './price-of.ts'
import { toModelPrice } from './usd-price.ts'

function usageOf(usage: Partial<Usage>): Usage {
  const { inputTokens = 0, outputTokens = 0 } = usage
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens, ...usage }
}

interface Invoice {
  readonly name: string
  readonly type: string
  readonly model: string
  readonly usage: Partial<Usage>
  readonly nanoUsd: number
  readonly batch?: boolean
}

const invoices: readonly Invoice[] = [
  {
    name: 'a written prompt cache is billed once (BerriAI/litellm issue 9812: the console said 0.0544 dollars)',
    type: 'anthropic',
    model: 'claude-3-7-sonnet-20250219',
    usage: { inputTokens: 3 + 12_304, cacheWriteTokens: 12_304, cachedInputTokens: 0, outputTokens: 550 },
    nanoUsd: 54_399_000,
  },
  {
    name: 'cached input of Anthropic costs a tenth (BerriAI/litellm issue 11364)',
    type: 'anthropic',
    model: 'claude-sonnet-4-20250514',
    usage: { inputTokens: 6 + 30_480 + 460, cachedInputTokens: 30_480, cacheWriteTokens: 460, outputTokens: 102 },
    nanoUsd: 6 * 3_000 + 30_480 * 300 + 460 * 3_750 + 102 * 15_000,
  },
  {
    name: 'a cache entry for an hour costs twice the input, one for five minutes a quarter more',
    type: 'anthropic',
    model: 'claude-haiku-4-5',
    usage: { inputTokens: 10_000, cacheWriteTokens: 9_000, cacheWriteOneHourTokens: 4_000, outputTokens: 100 },
    nanoUsd: 1_000 * 1_000 + 5_000 * 1_250 + 4_000 * 2_000 + 100 * 5_000,
  },
  {
    name: 'OpenAI reads its cache at half price (BerriAI/litellm issue 6215)',
    type: 'openai',
    model: 'gpt-4o-2024-08-06',
    usage: { inputTokens: 2_006, cachedInputTokens: 1_920, outputTokens: 300 },
    nanoUsd: 86 * 2_500 + 1_920 * 1_250 + 300 * 10_000,
  },
  {
    name: 'reasoning is part of the output and billed once',
    type: 'openai',
    model: 'o3-mini',
    usage: { inputTokens: 1_000, outputTokens: 2_000, reasoningTokens: 1_600 },
    nanoUsd: 1_000 * 1_100 + 2_000 * 4_400,
  },
  {
    name: 'Gemini up to 200,000 tokens of input',
    type: 'gemini',
    model: 'gemini-2.5-pro',
    usage: { inputTokens: 200_000, outputTokens: 1_000 },
    nanoUsd: 200_000 * 1_250 + 1_000 * 10_000,
  },
  {
    name: 'Gemini above 200,000: all of the call is dearer, cached tokens too, and they count for the length',
    type: 'vertex',
    model: 'gemini-2.5-pro',
    usage: { inputTokens: 200_001, cachedInputTokens: 100_000, outputTokens: 1_000 },
    nanoUsd: 100_001 * 2_500 + 100_000 * 250 + 1_000 * 15_000,
  },
  {
    name: 'spoken input of Gemini Flash',
    type: 'gemini',
    model: 'gemini-2.5-flash',
    usage: { inputTokens: 1_500, audioInputTokens: 1_000, outputTokens: 10 },
    nanoUsd: 500 * 300 + 1_000 * 1_000 + 10 * 2_500,
  },
  {
    name: 'spoken input and output of GPT Audio',
    type: 'openai',
    model: 'gpt-audio',
    usage: { inputTokens: 1_000, audioInputTokens: 900, outputTokens: 500, audioOutputTokens: 400 },
    nanoUsd: 100 * 2_500 + 900 * 32_000 + 100 * 10_000 + 400 * 64_000,
  },
  {
    name: 'a batch at half price',
    type: 'openai',
    model: 'gpt-4o-mini',
    usage: { inputTokens: 1_000_000, outputTokens: 100_000 },
    nanoUsd: 1_000_000 * 75 + 100_000 * 300,
    batch: true,
  },
  {
    name: 'a batch above 200,000 tokens',
    type: 'gemini',
    model: 'gemini-2.5-pro',
    usage: { inputTokens: 300_000, outputTokens: 1_000 },
    nanoUsd: 300_000 * 1_250 + 1_000 * 7_500,
    batch: true,
  },
  {
    name: 'fractions of a nano-dollar: 37.5 a token',
    type: 'cohere',
    model: 'command-r7b-12-2024',
    usage: { inputTokens: 101, outputTokens: 1 },
    nanoUsd: 3_938, // 3,787.5 + 150 is 3,937.5: half goes to even.
  },
  {
    name: 'a regional profile of Bedrock costs a tenth more',
    type: 'bedrock',
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    usage: { inputTokens: 1_000, outputTokens: 1_000 },
    nanoUsd: 1_000 * 3_300 + 1_000 * 16_500,
  },
  {
    name: 'embeddings have no output',
    type: 'openai',
    model: 'text-embedding-3-small',
    usage: { inputTokens: 1_234 },
    nanoUsd: 1_234 * 20,
  },
  {
    name: 'rerank by search unit costs 2 dollars per thousand',
    type: 'cohere',
    model: 'rerank-v3.5',
    usage: { searchUnits: 3 },
    nanoUsd: 6_000_000,
  },
  {
    name: 'tokens that a vendor counts beside its search units cost nothing',
    type: 'cohere',
    model: 'rerank-v4.0-pro',
    usage: { searchUnits: 1, inputTokens: 5_000 },
    nanoUsd: 2_500_000,
  },
  {
    name: 'search units that a vendor counts beside its tokens cost nothing',
    type: 'cohere',
    model: 'rerank-v5.0-pro',
    usage: { searchUnits: 1, inputTokens: 1_000 },
    nanoUsd: 50_000,
  },
  { name: 'rerank by token', type: 'voyage', model: 'rerank-2.5', usage: { inputTokens: 43 }, nanoUsd: 2_150 },
  { name: 'rerank at Bedrock', type: 'bedrock', model: 'us.cohere.rerank-v3-5:0', usage: { searchUnits: 1 }, nanoUsd: 2_000_000 },
  {
    name: 'rerank at OpenRouter (its recorded answers state 0.001)',
    type: 'openrouter',
    model: 'cohere/rerank-v3.5',
    usage: { searchUnits: 1 },
    nanoUsd: 1_000_000,
  },
  { name: 'moderation of OpenAI is free', type: 'openai', model: 'omni-moderation-latest', usage: { inputTokens: 1_000 }, nanoUsd: 0 },
  { name: 'the demo costs nothing', type: 'demo', model: 'echo', usage: { inputTokens: 1_000, outputTokens: 1_000 }, nanoUsd: 0 },
]

describe('costOf', () => {
  it.each(invoices)('$name', ({ type, model, usage, nanoUsd, batch }) => {
    const cost = costOf(usageOf(batch === true ? { ...usage, served: { tier: 'batch' } } : usage), priceOf({ type, model }))
    expect(cost?.nanoUsd).toBe(nanoUsd)
    expect(Object.values(cost?.parts ?? {}).reduce((sum, part) => sum + part, 0)).toBe(nanoUsd)
  })

  it.each([
    { name: 'no price', price: null, usage: { inputTokens: 1 } },
    { name: 'no price of the output', price: toModelPrice({ input: 1 }), usage: { inputTokens: 1, outputTokens: 1 } },
    { name: 'no batch price', price: toModelPrice({ input: 1, output: 1 }), usage: { inputTokens: 1 }, batch: true },
    { name: 'no price of search units', price: toModelPrice({ input: 1, output: 1 }), usage: { searchUnits: 1 } },
    {
      name: 'no price for an hour in the cache, where five minutes have one',
      price: toModelPrice({ input: 1, output: 1, cacheWrite: 1.25 }),
      usage: { inputTokens: 1, cacheWriteTokens: 1, cacheWriteOneHourTokens: 1 },
    },
  ])('does not take an unknown price for 0: $name', ({ price, usage, batch }) => {
    expect(costOf(usageOf(batch === true ? { ...usage, served: { tier: 'batch' } } : usage), price)).toBeNull()
  })

  it('does not need the price of what was not used', () => {
    expect(costOf(usageOf({ inputTokens: 2 }), toModelPrice({ input: 1 }))?.nanoUsd).toBe(2_000)
  })

  it.each([
    { bad: { inputTokens: Number.NaN, outputTokens: -5 }, nanoUsd: 0 },
    { bad: { inputTokens: 10, cachedInputTokens: 50 }, nanoUsd: 10 * 100 },
    { bad: { inputTokens: 10, cachedInputTokens: 6, cacheWriteTokens: 6, audioInputTokens: 6 }, nanoUsd: 6 * 100 + 4 * 1_250 },
    { bad: { outputTokens: 10, reasoningTokens: 8, audioOutputTokens: 8 }, nanoUsd: 10 * 5_000 },
  ])('bills no token twice, whatever an upstream reports: $bad', ({ bad, nanoUsd }) => {
    expect(costOf(usageOf(bad), toModelPrice({ input: 1, cachedInput: 0.1, cacheWrite: 1.25, output: 5 }))?.nanoUsd).toBe(nanoUsd)
  })
})

const count = fc.nat({ max: 2_000_000 })
const usages: fc.Arbitrary<Usage> = fc
  .record({
    text: count,
    cached: count,
    written: count,
    hourly: count,
    audio: count,
    answer: count,
    thought: count,
    spoken: count,
    units: count,
  })
  .map((part) => {
    const inputTokens = part.text + part.cached + part.written + part.hourly + part.audio
    const outputTokens = part.answer + part.thought + part.spoken
    return {
      inputTokens,
      outputTokens,
      totalTokens: inputTokens + outputTokens,
      cachedInputTokens: part.cached,
      cacheWriteTokens: part.written + part.hourly,
      cacheWriteOneHourTokens: part.hourly,
      audioInputTokens: part.audio,
      reasoningTokens: part.thought,
      audioOutputTokens: part.spoken,
      searchUnits: part.units,
    }
  })
/** In thousandths of a millionth of a dollar per million, up to 4,000 dollars. */
const rate = fc.nat({ max: 4_000_000_000_000 })
const rates = fc.record({
  input: rate,
  cachedInput: rate,
  cacheWrite: rate,
  cacheWriteOneHour: rate,
  output: rate,
  reasoning: rate,
  audioInput: rate,
  audioOutput: rate,
  searchUnits: rate,
})
const prices: fc.Arbitrary<ModelPrice> = rates.map((given) => ({ rates: given, longContext: [] }))

function added(a: Usage, b: Usage): Usage {
  const sums = Object.keys(a).map((key) => {
    const name = key as Exclude<keyof Usage, 'served'> // the keys of a usage made above
    return [name, (a[name] ?? 0) + (b[name] ?? 0)]
  })
  return { inputTokens: 0, outputTokens: 0, totalTokens: 0, ...Object.fromEntries(sums) }
}

function nanoUsd(usage: Usage, price: ModelPrice): number {
  return costOf(usage, price)?.nanoUsd ?? Number.NaN
}

/** The same sum in arbitrary precision. */
function exact(usage: Usage, { rates: given }: ModelPrice): bigint {
  const { cacheWriteTokens = 0, cacheWriteOneHourTokens = 0, cachedInputTokens = 0, audioInputTokens = 0 } = usage
  const { reasoningTokens = 0, audioOutputTokens = 0, searchUnits = 0 } = usage
  const terms: readonly (readonly [number, number | undefined])[] = [
    [usage.inputTokens - cachedInputTokens - cacheWriteTokens - audioInputTokens, given.input],
    [cachedInputTokens, given.cachedInput],
    [cacheWriteTokens - cacheWriteOneHourTokens, given.cacheWrite],
    [cacheWriteOneHourTokens, given.cacheWriteOneHour],
    [audioInputTokens, given.audioInput],
    [usage.outputTokens - reasoningTokens - audioOutputTokens, given.output],
    [reasoningTokens, given.reasoning],
    [audioOutputTokens, given.audioOutput],
    [searchUnits, given.searchUnits],
  ]
  const sum = terms.reduce((total, [tokens, price]) => total + BigInt(tokens) * BigInt(price ?? 0), 0n)
  const whole = sum / 1_000_000n
  const doubled = (sum % 1_000_000n) * 2n
  return doubled > 1_000_000n || (doubled === 1_000_000n && whole % 2n === 1n) ? whole + 1n : whole
}

describe('the cost of any call', () => {
  it('is the exact sum, rounded once', () => {
    fc.assert(fc.property(usages, prices, (usage, price) => BigInt(nanoUsd(usage, price)) === exact(usage, price)))
  })

  it('is a whole number that is not negative, with parts that add up', () => {
    fc.assert(
      fc.property(usages, prices, (usage, price) => {
        const cost = costOf(usage, price)
        const parts = Object.values(cost?.parts ?? { none: -1 })
        expect(parts.every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(cost?.nanoUsd)
      }),
    )
  })

  it('adds up over calls: exactly for whole nano-dollars a token, else within the rounding', () => {
    fc.assert(
      fc.property(usages, usages, prices, fc.boolean(), (a, b, price, isWhole) => {
        const toWhole = (value: number | undefined): number => (isWhole ? Math.floor((value ?? 0) / 1e6) * 1e6 : (value ?? 0))
        const given = Object.fromEntries(Object.entries(price.rates).map(([name, value]) => [name, toWhole(value)]))
        const used = { rates: given, longContext: [] }
        const difference = Math.abs(nanoUsd(added(a, b), used) - nanoUsd(a, used) - nanoUsd(b, used))
        return difference <= (isWhole ? 0 : 1)
      }),
    )
  })

  it('never falls when there is more input or output', () => {
    fc.assert(
      fc.property(usages, prices, count, count, (usage, price, input, output) => {
        const more = { ...usage, inputTokens: usage.inputTokens + input, outputTokens: usage.outputTokens + output }
        return nanoUsd(more, price) >= nanoUsd(usage, price)
      }),
    )
  })

  it('is finite for usage of any kind', () => {
    const anything = fc.double()
    const wild = fc.record({
      inputTokens: anything,
      outputTokens: anything,
      totalTokens: anything,
      cachedInputTokens: anything,
      cacheWriteTokens: anything,
      cacheWriteOneHourTokens: anything,
      reasoningTokens: anything,
      audioInputTokens: anything,
      audioOutputTokens: anything,
    })
    fc.assert(
      fc.property(wild, prices, (usage, price) => {
        const cost = nanoUsd(usage, price)
        return Number.isSafeInteger(cost) && cost >= 0
      }),
    )
  })
})
