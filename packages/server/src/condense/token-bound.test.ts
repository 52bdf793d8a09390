import { countConversation, createTokenCounter } from '@proxyapi/context'
import type { Message } from '@proxyapi/core'
import { describe, expect, it } from 'vitest'
import { estimateTokens, isSurelyWithin } from './token-bound.ts'

const say = (content: string): readonly Message[] => [{ role: 'user', content }]

describe('isSurelyWithin', () => {
  it.each([
    ['English', 'The harbour was quiet, and nobody had seen the ship since Tuesday. '],
    ['Portuguese', 'O navio chegou às três da manhã, carregado de café e de açúcar. '],
    ['Chinese', '这艘船凌晨三点到港，装载着咖啡和糖。'],
    ['Arabic', 'وصلت السفينة في الثالثة صباحا محملة بالقهوة والسكر. '],
    ['code', 'const total = items.reduce((sum, { price, count }) => sum + price * count, 0)\n'],
    ['JSON', '{"id":48213,"at":"2026-11-25T10:22:31Z","values":[1,22,333,4444]},'],
    ['emoji', '🚢☕🌧️👩‍🚀'],
  ])('never lets %s through that is over the limit', async (_what, text) => {
    for (const model of ['openai/gpt-4o', 'anthropic/claude-sonnet-4-5']) {
      const messages = say(text.repeat(40))
      const tokens = countConversation(messages, [], await createTokenCounter(model))
      expect(isSurelyWithin(messages, tokens - 1)).toBe(false)
      expect(isSurelyWithin(messages, tokens * 6 + 20)).toBe(true)
    }
  })

  it('counts what is no text, and what a model asked its tools', () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } } as const
    expect(isSurelyWithin([{ role: 'user', content: [image] }], 1_000)).toBe(false)
    const toolCalls = [{ id: 'a', name: 'f', argumentsText: 'x'.repeat(4_000) }]
    expect(isSurelyWithin([{ role: 'assistant', toolCalls }], 1_000)).toBe(false)
  })
})

describe('estimateTokens', () => {
  it('takes four characters for a token, and an image for what it costs and not for its bytes', () => {
    const image = { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: 'A'.repeat(1_000_000) } } as const
    const content = [{ type: 'text', text: 'x'.repeat(400) }, image] as const
    expect(estimateTokens({ model: 'm', messages: [{ role: 'user', content }] })).toBe(100 + 1_600 + 8)
  })
})
