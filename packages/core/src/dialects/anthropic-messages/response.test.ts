import { describe, expect, it } from 'vitest'
import { clientContext } from '../shared/__fixtures__/client-stream.ts'
import { countingContext, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { anthropicMessages } from './index.ts'
import { fromAnthropicResponse, isForwardableMessage, toAnthropicResponse } from './response.ts'

const { json } = fixtures(import.meta.url)
const answers = ['text', 'tool-parallel', 'reasoning', 'cached', 'stop-sequence', 'server-tool', 'citations'] as const

describe('fromAnthropicResponse', () => {
  it('reads a plain answer', () => {
    expect(fromAnthropicResponse(json('text.response.json'), countingContext())).toMatchObject({
      id: 'msg_01FFZMBqzfU4rEdggH5tCYGx',
      model: 'claude-sonnet-4-20250514',
      choices: [{ index: 0, text: '1+1 = 2', finish: { reason: 'stop', native: 'end_turn' }, reasoning: [], toolCalls: [] }],
      usage: { inputTokens: 14, outputTokens: 11, totalTokens: 25 },
    })
  })

  it('reads calls in their order', () => {
    const { toolCalls, finish } = foldResponse(anthropicMessages, json('tool-parallel.response.json'))
    expect(toolCalls.map(({ argumentsText }) => argumentsText)).toEqual(['{"password":"mellon"}', '{"password":"radiance"}'])
    expect(finish).toMatchObject({ reason: 'tool_calls', native: 'tool_use' })
  })

  it('keeps thinking with its signature', () => {
    const [block] = fromAnthropicResponse(json('reasoning.response.json'), countingContext()).choices[0]?.reasoning ?? []
    expect(block).toMatchObject({
      origin: 'anthropic-messages',
      text: expect.stringMatching(/^This is a simple/),
      signature: expect.stringMatching(/^Ets/),
    })
  })

  it('reads the stop sequence that was met', () => {
    expect(foldResponse(anthropicMessages, json('stop-sequence.response.json')).finish).toEqual({
      reason: 'stop',
      native: 'stop_sequence',
      stopSequence: 'Paris',
    })
  })

  it('reads the words around a tool that Anthropic runs', () => {
    const read = foldResponse(anthropicMessages, json('server-tool.response.json'))
    expect(read.text).toMatch(/^The exact product/)
    expect(read.toolCalls).toEqual([])
  })

  it.each([['text'], [{}], [{ content: 'a' }]])('takes %j for a bad answer', (body) => {
    expect(() => fromAnthropicResponse(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })
})

describe('toAnthropicResponse', () => {
  it.each(answers)('writes %s so that it reads the same', (name) => {
    const read = fromAnthropicResponse(json(`${name}.response.json`), countingContext())
    const again = fromAnthropicResponse(toAnthropicResponse(read, clientContext()), countingContext())
    const { cacheWriteOneHourTokens: _hour, ...usage } = read.usage ?? {}
    expect(again).toMatchObject({ ...read, usage })
  })

  it.each([
    ['chatcmpl-1', 'msg_chatcmpl-1'],
    ['msg_1', 'msg_1'],
  ])('names the answer %s as its clients expect it', (id, named) => {
    expect(toAnthropicResponse({ id, model: 'm', choices: [] }, clientContext())).toMatchObject({
      id: named,
      content: [],
      stop_reason: 'end_turn',
    })
  })

  it('marks thinking of other vendors with its origin', () => {
    const choice = {
      index: 0,
      text: '',
      refusal: 'No.',
      reasoning: [{ origin: 'gemini', text: 'Hm.', signature: 's' }],
      toolCalls: [{ id: 'c', name: 'f', argumentsText: 'cut off' }],
      finish: { reason: 'tool_calls', native: 'STOP' },
    } as const
    expect(toAnthropicResponse({ id: 'i', model: 'm', choices: [choice] }, clientContext())).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'proxyapi:gemini:s' },
        { type: 'text', text: 'No.' },
        { type: 'tool_use', id: 'c', name: 'f', input: { arguments: 'cut off' } },
      ],
      stop_reason: 'tool_use',
    })
  })
})

describe('isForwardableMessage', () => {
  it.each(answers)('lets %s through', (name) => {
    expect(isForwardableMessage(json(`${name}.response.json`))).toBe(true)
  })

  it.each([[null], [{ type: 'error' }], [{ type: 'message', content: [] }]])('rewrites %j', (body) => {
    expect(isForwardableMessage(body)).toBe(false)
  })
})
