import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectedOutputTokens } from '../chat/expected-output.ts'
import type { ChatRequest } from '../chat/request.ts'
import { estimateCost } from './estimate-cost.ts'
import { priceOf } from './price-of.ts'
import { toModelPrice } from './usd-price.ts'

const dearToRead = toModelPrice({ input: 5, output: 6 })
const dearToWrite = toModelPrice({ input: 1, output: 15 })

describe('estimateCost', () => {
  it.each([
    { name: 'a long prompt with a short answer', inputTokens: 100_000, expectedOutputTokens: 100, cheaper: 'dear to write' },
    { name: 'a short prompt with a long answer', inputTokens: 100, expectedOutputTokens: 10_000, cheaper: 'dear to read' },
  ])('finds the cheaper of two models for $name', ({ cheaper, ...expected }) => {
    const read = estimateCost(expected, dearToRead) ?? 0
    const written = estimateCost(expected, dearToWrite) ?? 0
    expect(read < written ? 'dear to read' : 'dear to write').toBe(cheaper)
  })

  it('counts what the provider is expected to have cached', () => {
    const price = priceOf({ type: 'anthropic', model: 'claude-sonnet-4-5' })
    const expected = { inputTokens: 10_000, cachedInputTokens: 9_000, expectedOutputTokens: 100 }
    expect(estimateCost(expected, price)).toBe(1_000 * 3_000 + 9_000 * 300 + 100 * 15_000)
  })

  it('counts the dearer rates of a long input', () => {
    const price = priceOf({ type: 'gemini', model: 'gemini-2.5-pro' })
    expect(estimateCost({ inputTokens: 250_000, expectedOutputTokens: 0 }, price)).toBe(250_000 * 2_500)
  })

  it.each([
    ['units where the vendor bills by them', 'cohere', 'rerank-v3.5', 2 * 2_000_000],
    ['tokens where it bills by those', 'voyage', 'rerank-2.5', 1_000 * 50],
  ])('counts %s', (_what, type, model, nanoUsd) => {
    expect(estimateCost({ inputTokens: 1_000, expectedOutputTokens: 0, searchUnits: 2 }, priceOf({ type, model }))).toBe(nanoUsd)
  })

  it('knows no cost without a price', () => {
    expect(estimateCost({ inputTokens: 1, expectedOutputTokens: 1 }, null)).toBeNull()
  })
})

describe('expectedOutputTokens', () => {
  it.each<{ request: Pick<ChatRequest, 'maxTokens' | 'n' | 'reasoning'>; tokens: number }>([
    { request: {}, tokens: 512 },
    { request: { maxTokens: 20 }, tokens: 20 },
    { request: { maxTokens: 100_000 }, tokens: 512 },
    { request: { n: 3 }, tokens: 1_536 },
    { request: { reasoning: { effort: 'high' } }, tokens: 8_704 },
    { request: { reasoning: { effort: 'none' } }, tokens: 512 },
    { request: { reasoning: { budgetTokens: 4_000 } }, tokens: 4_512 },
    { request: { maxTokens: 1_000, reasoning: { effort: 'high' } }, tokens: 1_000 },
  ])('of $request is $tokens', ({ request, tokens }) => {
    expect(expectedOutputTokens(request)).toBe(tokens)
  })

  it('is never more than the caller allows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 8 }), (maxTokens, n) => {
        const tokens = expectedOutputTokens({ maxTokens, n, reasoning: { effort: 'xhigh' } })
        return tokens > 0 && tokens <= maxTokens * n
      }),
    )
  })
})
