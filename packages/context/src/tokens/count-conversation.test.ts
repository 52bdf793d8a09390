import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CountableMessage, type CountableTool, countConversation } from './count-conversation.ts'
import { createTokenCounter, type TokenCounter } from './token-counter.ts'

interface Block {
  readonly type: string
  readonly text?: string
  readonly name?: string
  readonly input?: unknown
  readonly content?: string | readonly Block[]
}

interface Recorded {
  readonly id: string
  readonly request: {
    readonly model: string
    readonly system?: string | readonly Block[]
    readonly messages: readonly { readonly role: string; readonly content: string | readonly Block[] }[]
    readonly tools?: readonly { readonly name: string; readonly description?: string; readonly input_schema: unknown }[]
  }
  readonly input_tokens: number
}

// Recorded JSON of the shape above; __fixtures__/README.md says where it comes from.
const recorded = JSON.parse(readFileSync(new URL('./__fixtures__/anthropic-usage.json', import.meta.url), 'utf8')) as Recorded[]

function toParts(content: string | readonly Block[]): readonly Block[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content.flatMap((block) => (block.type === 'tool_result' ? toParts(block.content ?? '') : [block]))
}

function toMessage(role: string, content: string | readonly Block[]): CountableMessage {
  const parts = toParts(content)
  const calls = parts.filter((block) => block.type === 'tool_use')
  return {
    role,
    content: parts.filter((block) => block.type === 'text'),
    toolCalls: calls.map((call) => ({ name: call.name ?? '', argumentsText: JSON.stringify(call.input) })),
  }
}

async function errorOf({ request, input_tokens }: Recorded): Promise<number> {
  const counter = await createTokenCounter({ model: request.model })
  const spoken = request.messages.map((message) => toMessage(message.role, message.content))
  const messages = request.system === undefined ? spoken : [toMessage('system', request.system), ...spoken]
  const tools: readonly CountableTool[] = (request.tools ?? []).map((tool) => ({ ...tool, parameters: tool.input_schema }))
  return (countConversation(messages, tools, counter) - input_tokens) / input_tokens
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.map(Math.abs).sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

describe('a conversation', () => {
  let counter: TokenCounter
  beforeAll(async () => {
    counter = await createTokenCounter({ model: 'gpt-4o' })
  })

  // Recorded usage of OpenAI: three tokens a conversation, four a message, and the texts.
  it.each([
    ['one message', [{ role: 'user', content: 'Hello, world!' }], 11],
    [
      'a system message before it',
      [
        { role: 'system', content: 'Hello' },
        { role: 'user', content: 'Hello' },
      ],
      13,
    ],
    [
      'parts',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hello' },
            { type: 'text', text: 'Hello' },
          ],
        },
      ],
      9,
    ],
    ['no content', [{ role: 'assistant', content: null }], 7],
    ['an image of unknown size', [{ role: 'user', content: [{ type: 'image' }] }], 7 + 765],
    ['a small image', [{ role: 'user', content: [{ type: 'image', detail: 'low' }] }], 7 + 85],
    ['a file', [{ role: 'user', content: [{ type: 'file' }] }], 7 + 1600],
    ['a part that nothing knows', [{ role: 'user', content: [{ type: 'hologram' }] }], 7],
    ['a tool call', [{ role: 'assistant', toolCalls: [{ name: 'f', argumentsText: '{}' }] }], 7 + 10 + 2],
  ])('counts %s', (_what, messages, tokens) => {
    expect(countConversation(messages, [], counter)).toBe(tokens)
  })

  it('counts tools by their words and schemas', () => {
    const messages = [{ role: 'user', content: 'Hello' }]
    const small = countConversation(messages, [{ name: 'f' }], counter)
    const large = countConversation(messages, [{ name: 'f', description: 'Does it.', parameters: { type: 'object' } }], counter)
    expect(countConversation(messages, undefined, counter)).toBeLessThan(small)
    expect(small).toBeLessThan(large)
  })

  it('counts an image by its size for Anthropic', async () => {
    const claude = await createTokenCounter({ model: 'claude-sonnet-4-5' })
    expect(countConversation([{ role: 'user', content: [{ type: 'image' }] }], [], claude)).toBe(7 + 1600)
  })

  it('stays near what Anthropic counted, over the recorded exchanges', async () => {
    const plain = await Promise.all(recorded.filter(({ request }) => request.tools === undefined).map(errorOf))
    const tooled = await Promise.all(recorded.filter(({ request }) => request.tools !== undefined).map(errorOf))
    expect([plain.length, tooled.length].every((count) => count >= 20)).toBe(true)
    expect([quantile(plain, 0.5), quantile(tooled, 0.5)].every((error) => error <= 0.06)).toBe(true)
    expect([quantile(plain, 0.9), quantile(tooled, 0.9)].every((error) => error <= 0.14)).toBe(true)
    expect([quantile(plain, 1), quantile(tooled, 1)].every((error) => error <= 0.35)).toBe(true)
  })
})
