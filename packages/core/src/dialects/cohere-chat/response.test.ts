import { describe, expect, it } from 'vitest'
import { countingContext, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { cohereChat } from './index.ts'
import { fromCohereResponse } from './response.ts'

const { json } = fixtures(import.meta.url)

describe('fromCohereResponse', () => {
  it('reads a plain answer under the model that was asked', () => {
    const response = fromCohereResponse(json('text.response.json'), countingContext('command-r'))
    expect(response).toMatchObject({
      model: 'command-r',
      choices: [{ index: 0, finish: { reason: 'stop', native: 'COMPLETE' }, toolCalls: [], reasoning: [] }],
    })
    expect(response.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.choices[0]?.annotations).toBeUndefined()
  })

  it('reads the tool plan as text and every call', () => {
    const read = foldResponse(cohereChat, json('tool-call.response.json'))
    expect(read.text).toBe('I will roll the dice three times.')
    expect(read.toolCalls).toHaveLength(3)
    expect(read.toolCalls[0]).toEqual({ id: 'dice_roll_x9cnzmemn5h2', name: 'dice_roll', argumentsText: '{}' })
    expect(read.finish).toEqual({ reason: 'tool_calls', native: 'TOOL_CALL' })
  })

  it('reads thinking as reasoning of its own', () => {
    const response = fromCohereResponse(json('reasoning.response.json'), countingContext())
    expect(response.choices[0]?.reasoning).toEqual([
      { origin: 'cohere-chat', text: expect.stringMatching(/^The user is asking who created Ruby/) },
    ])
    expect(response.usage).toMatchObject({
      inputTokens: 267,
      outputTokens: 91,
      cachedInputTokens: 144,
      reasoningTokens: 58,
    })
  })

  it('turns citations into annotations that keep their sources', () => {
    const { annotations } = foldResponse(cohereChat, json('citations.response.json'))
    expect(annotations[0]).toEqual({
      type: 'url_citation',
      url_citation: { start_index: 34, end_index: 39, title: 'sunny', url: 'get_weather_9gpb31r7h7mj:0' },
      text: 'sunny',
      citation_type: 'TEXT_CONTENT',
      source: { id: 'get_weather_9gpb31r7h7mj:0', tool_output: { content: 'Sunny, 22C in Paris' }, type: 'tool' },
    })
  })

  it('names a document by its own title and URL', () => {
    const { annotations } = foldResponse(cohereChat, json('document.response.json'))
    expect(annotations[0]?.['url_citation']).toEqual({
      start_index: 68,
      end_index: 86,
      title: 'Ruby Facts',
      url: 'https://example.com/ruby-facts',
    })
  })

  it('gives log probabilities, tokens of one piece taken together', () => {
    const body = {
      message: { content: [] },
      logprobs: [
        { text: 'Hi', token_ids: [1], logprobs: [-0.5] },
        { text: ' there', token_ids: [2, 3], logprobs: [-0.25, -0.5] },
      ],
    }
    expect(foldResponse(cohereChat, body).logprobs).toEqual([
      { token: 'Hi', logprob: -0.5, topLogprobs: [] },
      { token: ' there', logprob: -0.75, topLogprobs: [] },
    ])
  })

  it('makes up what was left out: an id, arguments', () => {
    const read = foldResponse(cohereChat, { message: { tool_calls: [{ function: { name: 'f', arguments: '' } }] } })
    expect(read.toolCalls).toEqual([{ id: 'call_2', name: 'f', argumentsText: '{}' }])
    expect(read.finish).toEqual({ reason: 'tool_calls', native: '' })
  })

  it.each([
    ['no object', 'text'],
    ['no message', { id: 'x' }],
    ['an error', { id: 'x', message: 'internal server error' }],
    ['a fault', { message: { content: [] }, finish_reason: 'ERROR' }],
    ['a timeout', { message: { content: [] }, finish_reason: 'TIMEOUT' }],
  ])('takes %s for a bad answer', (_name, body) => {
    expect(() => fromCohereResponse(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })
})
