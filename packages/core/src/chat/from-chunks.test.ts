import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProviderError } from '../errors/provider-error.ts'
import type { ChatChunk } from './chunk.ts'
import { fromChunks } from './from-chunks.ts'
import type { ChatResponse, Choice } from './response.ts'
import { toChunks } from './to-chunks.ts'

const finish = { reason: 'stop', native: 'end_turn' } as const
const start: ChatChunk = { type: 'start', id: 'answer-1', model: 'm' }
const end: ChatChunk = { type: 'finish', choice: 0, finish }

async function chunksOf(response: ChatResponse): Promise<readonly ChatChunk[]> {
  const chunks: ChatChunk[] = []
  for await (const batch of toChunks(response)) chunks.push(...batch.chunks)
  return chunks
}

/** Text in several deltas, as a provider would send it. */
function cutText(chunk: ChatChunk): readonly ChatChunk[] {
  if (chunk.type === 'text-delta' && chunk.logprobs === undefined) return [...chunk.text].map((text) => ({ ...chunk, text }))
  if (chunk.type === 'tool-call-delta') return [...chunk.argumentsText].map((argumentsText) => ({ ...chunk, argumentsText }))
  return [chunk]
}

const text = fc.string({ maxLength: 20 })
const optionalText = fc.option(text, { nil: undefined })
const choice = fc.record({
  text,
  refusal: optionalText,
  reasoning: fc.array(fc.record({ origin: fc.constant('gemini' as const), text, signature: optionalText, encrypted: optionalText }), {
    maxLength: 3,
  }),
  toolCalls: fc.array(fc.record({ id: text, name: text, argumentsText: text, signature: optionalText }), { maxLength: 3 }),
  annotations: fc.option(fc.array(fc.record({ url: text }), { minLength: 1, maxLength: 2 }), { nil: undefined }),
  logprobs: fc.option(
    fc.array(fc.record({ token: text, logprob: fc.double({ noNaN: true }), topLogprobs: fc.constant([]) }), { minLength: 1 }),
    {
      nil: undefined,
    },
  ),
})
const response = fc.record({
  id: text,
  model: text,
  createdAtSeconds: fc.option(fc.nat(), { nil: undefined }),
  serviceTier: optionalText,
  systemFingerprint: optionalText,
  usage: fc.option(fc.record({ inputTokens: fc.nat(), outputTokens: fc.nat(), totalTokens: fc.nat() }), { nil: undefined }),
  choices: fc
    .array(choice, { minLength: 1, maxLength: 3 })
    .map((choices) => choices.map((one, index): Choice => ({ ...one, index, finish: { reason: 'stop', native: 'stop' } }))),
})

describe('folding a stream', () => {
  it('gives back the answer that was told as a stream, however its text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(response, async (whole) => {
        const chunks = await chunksOf(whole)
        expect(fromChunks(chunks)).toEqual(whole)
        expect(fromChunks(chunks.flatMap(cutText))).toEqual(whole)
      }),
    )
  })

  it('keeps signature and encrypted data that come after their reasoning', () => {
    const delta = { type: 'reasoning-delta', choice: 0, index: 0, origin: 'anthropic-messages' } as const
    const folded = fromChunks([
      start,
      { ...delta, text: 'because ' },
      { ...delta, text: 'so' },
      { ...delta, text: '', signature: 's' },
      end,
    ])
    expect(folded?.choices[0]?.reasoning).toEqual([{ origin: 'anthropic-messages', text: 'because so', signature: 's' }])
  })

  it('takes the usage of the start where no later one comes', () => {
    const usage = { inputTokens: 3, outputTokens: 0, totalTokens: 3 }
    expect(fromChunks([{ ...start, usage } as ChatChunk, end])?.usage).toEqual(usage)
  })

  const failure: ChatChunk = { type: 'error', error: new ProviderError({ failure: 'timeout', provider: 'p', message: 'gone' }) }
  it.each<[string, readonly ChatChunk[]]>([
    ['nothing', []],
    ['no start', [end]],
    ['no choice', [start]],
    ['a choice that did not finish', [start, { type: 'text-delta', choice: 0, text: 'a' }]],
    ['one of two choices unfinished', [start, end, { type: 'text-delta', choice: 1, text: 'a' }]],
    ['an error', [start, failure, end]],
    ['arguments of a tool call that never began', [start, { type: 'tool-call-delta', choice: 0, index: 0, argumentsText: '{}' }, end]],
  ])('refuses %s', (_name, chunks) => {
    expect(fromChunks(chunks)).toBeUndefined()
  })
})
