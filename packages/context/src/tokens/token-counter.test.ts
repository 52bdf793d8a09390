import { describe, expect, it } from 'vitest'
import { countConversation } from './count-conversation.ts'
import { createTokenCounter } from './token-counter.ts'

describe('a token counter', () => {
  // The published counts of the vocabularies for this sentence.
  it.each([
    ['gpt-4', 4, true],
    ['openai/gpt-4o', 4, true],
  ])('counts as %s does', async (model, tokens, exact) => {
    const counter = await createTokenCounter(model)
    expect([counter.count('Hello, world!'), counter.exact]).toEqual([tokens, exact])
  })

  it('says that other families are estimates', async () => {
    expect((await createTokenCounter('claude-sonnet-4-5')).exact).toBe(false)
  })

  it('takes control tokens for the text that they are', async () => {
    expect((await createTokenCounter('gpt-4o')).count('<|endoftext|>')).toBeGreaterThan(1)
  })

  it('counts a run without spaces in pieces, so that it cannot stall', async () => {
    const counter = await createTokenCounter('gpt-4o')
    expect(counter.count('a'.repeat(100_000))).toBeGreaterThan(10_000)
  })

  it('counts messages, calls, images and tools', async () => {
    const counter = await createTokenCounter('gpt-4o')
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'Hello, world!' }, { type: 'image' }] },
      { role: 'assistant', toolCalls: [{ name: 'f', argumentsText: '{}' }] },
    ]
    expect(countConversation(messages, [], counter)).toBeGreaterThan(1_600)
    expect(countConversation(messages, [{ name: 'f', parameters: { type: 'object' } }], counter)).toBeGreaterThan(countConversation(messages, [], counter))
  })
})
