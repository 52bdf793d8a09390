import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countTokens, createTokenCounter } from './token-counter.ts'

describe('a token counter', () => {
  // The published counts of the vocabularies for this sentence.
  it.each([
    ['gpt-4', 4, true],
    ['openai/gpt-4o', 4, true],
    ['claude-sonnet-4-5', 5, false],
  ])('counts as %s does', async (model, tokens, exact) => {
    const counter = await createTokenCounter({ model })
    expect([counter.count('Hello, world!'), counter.exact]).toEqual([tokens, exact])
  })

  it('takes a plain model id, and counts for an unknown model without one', async () => {
    expect((await createTokenCounter('gpt-4o')).family).toBe('openai-o200k')
    expect((await createTokenCounter()).family).toBe('other')
  })

  it('rounds an estimate of several texts up once', async () => {
    const counter = await createTokenCounter('claude-sonnet-4-5')
    expect(counter.count(Array.from({ length: 10 }, () => 'Hello'))).toBe(11)
  })

  it('takes control tokens for the text that they are', async () => {
    expect((await createTokenCounter('gpt-4o')).count('<|endoftext|>')).toBeGreaterThan(1)
  })

  it('counts nothing for nothing', async () => {
    expect(await countTokens('', 'gemini')).toBe(0)
  })

  it('counts the same text the same, and no text below zero or above its bytes', async () => {
    const counter = await createTokenCounter('gpt-4o')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const count = counter.count(text)
        expect(count).toBe(counter.count(text))
        expect(count).toBeLessThanOrEqual(new TextEncoder().encode(text).length)
      }),
    )
  })
})
