import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isProxyApiError } from '../../errors/proxy-api-error.ts'
import { countingContext, foldResponse } from '../shared/__fixtures__/decode.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { gemini } from './index.ts'
import { fromGeminiResponse } from './response.ts'

const { json } = fixtures(import.meta.url)

function read(name: string): ReturnType<typeof fromGeminiResponse> {
  return fromGeminiResponse(json(`${name}.response.json`), countingContext())
}

describe('fromGeminiResponse', () => {
  it('reads a plain answer', () => {
    expect(read('text')).toMatchObject({
      model: 'gemini-2.5-flash',
      choices: [{ index: 0, reasoning: [], toolCalls: [], finish: { reason: 'stop', native: 'STOP' } }],
    })
  })

  it('keeps a thought, and the signature with the call that it signs', () => {
    const [choice] = read('tool-call').choices
    expect(choice?.reasoning).toEqual([{ origin: 'gemini', text: expect.stringMatching(/^\*\*My Analysis/), signature: undefined }])
    expect(choice?.toolCalls).toEqual([
      {
        id: 'call_883098',
        name: 'weather',
        argumentsText: '{"latitude":"52.5200","longitude":"13.4050"}',
        signature: expect.stringMatching(/^ErkE/),
      },
    ])
    expect(choice?.finish).toEqual({ reason: 'tool_calls', native: 'STOP' })
  })

  it('reads an answer that was blocked', () => {
    expect(read('content-filter').choices[0]).toMatchObject({ text: '', finish: { reason: 'content_filter', native: 'SAFETY' } })
  })

  it('makes an answer of a prompt that was blocked', () => {
    const body = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 8, totalTokenCount: 8 },
      modelVersion: 'm',
    }
    expect(fromGeminiResponse(body, countingContext())).toMatchObject({
      id: 'chatcmpl-1',
      model: 'm',
      choices: [{ index: 0, text: '', finish: { reason: 'content_filter', native: 'PROHIBITED_CONTENT' } }],
      usage: { inputTokens: 8, outputTokens: 0 },
    })
  })

  it('cites the pages an answer is grounded on', () => {
    expect(read('grounding').choices[0]?.annotations).toEqual([
      { type: 'url_citation', url_citation: { url: 'https://ai.pydantic.dev', title: 'Pydantic AI', start_index: 0, end_index: 131 } },
    ])
  })

  it('reads an answer of nothing but thoughts', () => {
    const { choices, usage } = read('max-tokens')
    expect(choices[0]).toMatchObject({ text: '', finish: { reason: 'length' } })
    expect(usage).toMatchObject({ outputTokens: 60, reasoningTokens: 60 })
  })

  it('reads several candidates, their tokens and the time on Vertex', () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'a', logProbability: -0.1 }],
      topCandidates: [
        {
          candidates: [
            { token: 'a', logProbability: -0.1 },
            { token: 'b', logProbability: -2 },
          ],
        },
      ],
    }
    const candidates = [
      { content: { parts: [{ text: 'a' }] }, finishReason: 'STOP', logprobsResult },
      { index: 1, content: { parts: [{ text: 'b' }] } },
    ]
    const answer = fromGeminiResponse({ candidates, createTime: '2026-04-02T17:03:50.399550Z' }, countingContext())
    expect(answer.createdAtSeconds).toBe(1_775_149_430)
    expect(answer.choices.map(({ index, text }) => [index, text])).toEqual([
      [0, 'a'],
      [1, 'b'],
    ])
    expect(answer.choices[0]?.logprobs).toEqual([
      {
        token: 'a',
        logprob: -0.1,
        topLogprobs: [
          { token: 'a', logprob: -0.1 },
          { token: 'b', logprob: -2 },
        ],
      },
    ])
  })

  it('keeps a signature on a text as a block without words, and makes ids where there are none', () => {
    const parts = [
      { text: 'one ', thought: true },
      { text: 'thought', thought: true },
      { text: 'said', thoughtSignature: 'S' },
      { functionCall: { name: 'f' } },
    ]
    const [choice] = fromGeminiResponse({ candidates: [{ content: { parts } }] }, countingContext()).choices
    expect(choice?.reasoning).toEqual([
      { origin: 'gemini', text: 'one thought' },
      { origin: 'gemini', text: '', signature: 'S' },
    ])
    expect(choice?.toolCalls).toEqual([{ id: 'call_1', name: 'f', argumentsText: '{}' }])
  })

  it('hands a drawn picture on beside the text and leaves steps of its own tools out', () => {
    const parts = [
      { executableCode: { code: 'print(1)' } },
      { codeExecutionResult: { output: '1' } },
      { text: 'Here:' },
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
    ]
    const folded = foldResponse(gemini, { candidates: [{ content: { parts }, finishReason: 'STOP' }] })
    expect(folded.text).toBe('Here:')
    expect(folded.annotations).toEqual([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }])
  })

  it.each([undefined, null, 7, 'text', [], {}, { candidates: [] }, { candidates: [7] }, { error: { code: 500 } }])('refuses %j', (body) => {
    expect(() => fromGeminiResponse(body, countingContext())).toThrow(expect.objectContaining({ code: 'bad_upstream_response' }))
  })

  it('never throws anything but its own errors', () => {
    const part = fc.oneof(
      fc.jsonValue(),
      fc.record({ text: fc.jsonValue(), thought: fc.jsonValue(), thoughtSignature: fc.jsonValue() }, { requiredKeys: [] }),
      fc.record({ functionCall: fc.jsonValue() }),
    )
    const candidate = fc.record(
      {
        content: fc.oneof(fc.jsonValue(), fc.record({ parts: fc.oneof(fc.jsonValue(), fc.array(part)) })),
        finishReason: fc.jsonValue(),
        groundingMetadata: fc.jsonValue(),
        logprobsResult: fc.jsonValue(),
        index: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          candidates: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.jsonValue(), candidate))),
          usageMetadata: fc.jsonValue(),
          promptFeedback: fc.jsonValue(),
          createTime: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    )
    fc.assert(
      fc.property(body, (odd) => {
        try {
          fromGeminiResponse(odd, countingContext())
        } catch (error) {
          expect(isProxyApiError(error)).toBe(true)
        }
      }),
    )
  })
})
