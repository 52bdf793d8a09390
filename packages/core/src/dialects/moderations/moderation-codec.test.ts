import { describe, expect, it } from 'vitest'
import type { ModerationPart, ModerationRequest } from '../../operations/moderations.ts'
import { everything } from '../../providers/capability-rows.ts'
import type { EncodeTarget } from '../dialect.ts'
import { fromOpenAiError } from '../openai-chat/error.ts'
import { countingContext } from '../shared/__fixtures__/decode.ts'
import { exchangeFixtures } from '../shared/__fixtures__/exchange-fixture.ts'
import { fromClientModeration } from './client.ts'
import { compatibleModerations, mistralModerations, openAiModerations } from './moderation-codec.ts'

const fixture = exchangeFixtures(import.meta.url)
const target: EncodeTarget = { model: '', capabilities: everything, stream: false }
const texts: ModerationRequest = { input: { type: 'texts', texts: ['a', 'b'] } }

function parts(...given: readonly ModerationPart[]): ModerationRequest {
  return { input: { type: 'parts', parts: given } }
}

const image: ModerationPart = { type: 'image', url: 'https://example.org/a.png' }
const text: ModerationPart = { type: 'text', text: 'a' }

describe('moderation requests', () => {
  it.each(['openai-array', 'openai-parts'])('writes %s as it was sent', (name) => {
    const { request } = fixture(name)
    const model = typeof request['model'] === 'string' ? request['model'] : ''
    expect(openAiModerations.toRequest(fromClientModeration(request), { ...target, model })).toEqual({ body: request, dropped: [] })
  })

  it('joins parts of text for a provider that takes texts only: they have one result together', () => {
    expect(mistralModerations.toRequest(parts(text, { type: 'text', text: 'b' }), target).body).toEqual({ input: ['a\nb'] })
  })

  it('refuses an image for a provider that takes texts only', () => {
    expect(() => mistralModerations.toRequest(parts(text, image), target)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'input' }),
    )
  })

  it('reports what a provider does not take', () => {
    const request = { ...texts, user: 'u', extras: { x: 1 } }
    expect(openAiModerations.toRequest(request, target)).toEqual({ body: { input: ['a', 'b'] }, dropped: ['user', 'x'] })
    expect(compatibleModerations.toRequest(request, target)).toEqual({ body: { input: ['a', 'b'], x: 1 }, dropped: ['user'] })
  })
})

describe('moderation answers', () => {
  it.each([
    ['openai-array', 2, 13],
    ['openai-parts', 1, 13],
    ['openai-11', 1, 11],
    ['mistral', 1, 11],
  ])('reads %s', (name, results, categories) => {
    const read = openAiModerations.fromResponse(fixture(name).response, countingContext('asked'), texts)
    expect(read.results).toHaveLength(results)
    for (const result of read.results) {
      expect(Object.keys(result.categories)).toHaveLength(categories)
      expect(Object.keys(result.categoryScores)).toEqual(Object.keys(result.categories))
    }
  })

  it('keeps the kinds of input where the provider states them', () => {
    const kinds = (name: string): unknown =>
      openAiModerations.fromResponse(fixture(name).response, countingContext(), texts).results[0]?.categoryAppliedInputTypes?.['violence']
    expect([kinds('openai-parts'), kinds('openai-11')]).toEqual([['text', 'image'], undefined])
  })

  it('keeps Mistral’s names and counts its tokens', () => {
    const { results, usage } = mistralModerations.fromResponse(fixture('mistral').response, countingContext(), texts)
    expect(Object.keys(results[0]?.categories ?? {})).toContain('hate_and_discrimination')
    expect(usage?.inputTokens).toBeGreaterThan(0)
  })

  it.each([
    [{ a: false, b: false }, false],
    [{ a: false, b: true }, true],
    [{}, false],
  ])('flags %j as %s where the provider does not say', (categories, flagged) => {
    const read = mistralModerations.fromResponse({ results: [{ categories, category_scores: {} }] }, countingContext(), texts)
    expect(read.results[0]?.flagged).toBe(flagged)
  })

  it.each([[undefined], [{}], [{ results: [{}] }]])('takes %j for a bad answer', (body) => {
    expect(() => openAiModerations.fromResponse(body, countingContext(), texts)).toThrow(
      expect.objectContaining({ failure: 'invalid_response' }),
    )
  })

  it.each(['openai-429', 'mistral-400'])('reads the message of %s', (name) => {
    const { status, response } = fixture(name)
    expect(fromOpenAiError(status, {}, response).message).not.toBe('')
  })
})
