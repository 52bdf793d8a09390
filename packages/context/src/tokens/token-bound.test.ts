import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countConversation } from './count-conversation.ts'
import { tokenUpperBound } from './token-bound.ts'
import { createTokenCounter } from './token-counter.ts'

const models = [
  'gpt-4',
  'gpt-4o',
  'o3',
  'gpt-oss-20b',
  'claude-3-opus',
  'claude-sonnet-4-5',
  'claude-opus-5',
  'gemini-2.5-pro',
  'mistral-large',
  'deepseek-chat',
  'llama-3',
  'nova-pro',
  'command-r',
  'unknown',
]
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 200 }),
  fc.constantFrom('', '🚢🌧️', 'تصل', 'a'.repeat(300)),
)
const part = fc.oneof(fc.record({ type: fc.constant('text'), text }), fc.record({ type: fc.constantFrom('image', 'file') }))
const message = fc.record({
  role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
  content: fc.oneof(text, fc.array(part, { maxLength: 3 }), fc.constant(null)),
  toolCalls: fc.array(fc.record({ name: text, argumentsText: text }), { maxLength: 2 }),
})
const tool = fc.record({ name: text, description: text, parameters: fc.jsonValue({ maxDepth: 2 }) })

describe('tokenUpperBound', () => {
  it('is never below the count of any family', async () => {
    const counters = await Promise.all(models.map((model) => createTokenCounter(model)))
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), fc.array(tool, { maxLength: 2 }), (messages, tools) => {
        const bound = tokenUpperBound(messages, tools)
        for (const counter of counters) expect(countConversation(messages, tools, counter)).toBeLessThanOrEqual(bound)
      }),
    )
  })

  it('takes two bytes for a character of a narrow text, and three where one is wide', () => {
    const of = (content: string): number => tokenUpperBound([{ role: 'user', content }]) - tokenUpperBound([{ role: 'user', content: '' }])
    expect(of('é漢'.repeat(1000)) / of('é'.repeat(2000))).toBeCloseTo(1.5, 1)
  })
})
