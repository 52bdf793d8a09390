import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromBedrockResponse } from './response.ts'

const { json } = fixtures(import.meta.url)

function read(name: string): ReturnType<typeof fromBedrockResponse> {
  return fromBedrockResponse(json(`${name}.response.json`), countingContext())
}

describe('fromBedrockResponse', () => {
  it('reads a plain answer, whose id stands in a header', () => {
    const context = { ...countingContext(), headers: { 'x-amzn-requestid': 'R' } }
    expect(fromBedrockResponse(json('text.response.json'), context)).toMatchObject({
      id: 'R',
      model: 'model-asked',
      choices: [
        { index: 0, text: expect.stringMatching(/\S/), reasoning: [], toolCalls: [], finish: { reason: 'stop', native: 'end_turn' } },
      ],
    })
    expect(read('text').id).toBe('chatcmpl-1')
  })

  it('reads calls', () => {
    const [choice] = read('tool-call').choices
    expect(choice?.toolCalls).toEqual([
      { id: expect.stringMatching(/^tooluse_/), name: expect.any(String), argumentsText: expect.stringMatching(/^\{.*\}$/) },
    ])
    expect(choice?.finish).toEqual({ reason: 'tool_calls', native: 'tool_use' })
  })

  it('keeps reasoning and what signs it', () => {
    expect(read('reasoning').choices[0]?.reasoning).toEqual([
      {
        origin: 'bedrock-converse',
        text: expect.stringMatching(/\S/),
        signature: expect.stringMatching(/^\S{20,}$/),
        encrypted: undefined,
      },
    ])
  })

  it('counts written tokens in', () => {
    expect(read('cached').usage).toMatchObject({ inputTokens: 7361, outputTokens: 4, totalTokens: 7365, cacheWriteTokens: 7351 })
  })

  it('leaves calls of tools that AWS runs out, and cites what they found', () => {
    const [choice] = read('server-tool').choices
    expect(choice?.toolCalls).toEqual([])
    expect(choice?.finish.reason).toBe('stop')
    expect(choice?.annotations).toContainEqual({
      type: 'url_citation',
      url_citation: { url: 'https://mac.install.guide/ruby/', title: 'install.guide', start_index: 0, end_index: 1_405 },
    })
  })

  it('reads cited text and encrypted reasoning', () => {
    const content = [
      { reasoningContent: { redactedContent: 'X' } },
      {
        citationsContent: {
          content: [{ text: 'Ruby' }],
          citations: [{ title: 'facts', location: { documentChar: { documentIndex: 0 } } }],
        },
      },
      { text: '.' },
      { toolUse: { name: 'f' } },
    ]
    const [choice] = fromBedrockResponse({ output: { message: { role: 'assistant', content } } }, countingContext()).choices
    expect(choice).toMatchObject({
      text: 'Ruby.',
      reasoning: [{ text: '', encrypted: 'X' }],
      toolCalls: [{ id: 'call_1', argumentsText: '{}' }],
      finish: { reason: 'tool_calls', native: '' },
    })
    expect(choice?.annotations).toEqual([
      { type: 'char_location', cited_text: '', document_index: 0, document_title: 'facts', start_char_index: 0, end_char_index: 0 },
    ])
  })

  it.each([undefined, null, 7, [], {}, { message: 'No.' }, { output: {} }, { Output: { __type: 'x' }, Version: '1.0' }])(
    'refuses %j',
    (body) => {
      expect(() => fromBedrockResponse(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
    },
  )

  it('never throws anything but its own errors', () => {
    const block = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { text: fc.jsonValue(), toolUse: fc.jsonValue(), reasoningContent: fc.jsonValue(), citationsContent: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    )
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({
        output: fc.record({ message: fc.oneof(fc.jsonValue(), fc.record({ content: fc.oneof(fc.jsonValue(), fc.array(block)) })) }),
        stopReason: fc.jsonValue(),
        usage: fc.jsonValue(),
      }),
    )
    fc.assert(
      fc.property(body, (odd) => {
        try {
          fromBedrockResponse(odd, countingContext())
        } catch (error) {
          expect(isProxyApiError(error)).toBe(true)
        }
      }),
    )
  })
})
