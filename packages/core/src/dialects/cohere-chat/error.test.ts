import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { cohere } from '../../providers/cohere.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromCohereError } from './error.ts'

const { json } = fixtures(import.meta.url)

describe('fromCohereError', () => {
  it('reads message and type, and an overlong prompt is one', () => {
    const fault = fromCohereError(400, {}, json('error-400.response.json'))
    expect(fault).toMatchObject({ type: 'TOO_MANY_TOKENS', message: expect.stringMatching(/^too many tokens/) })
    expect(classifyFailure(400, fault, cohere.failures)).toBe('context_length')
  })

  it.each([
    ['plain', { message: 'm' }, 'm'],
    ['an error text', { error: 'm' }, 'm'],
    ['a nested error', { error: { message: 'm' } }, 'm'],
    ['a detail', { detail: 'm' }, 'm'],
    ['a web page', '<html>', ''],
    ['nothing', undefined, ''],
  ])('finds the message in %s', (_name, body, message) => {
    expect(fromCohereError(500, {}, body).message).toBe(message)
  })

  it('reads how long to wait', () => {
    expect(fromCohereError(429, { 'retry-after': '2' }, {}).retryAfterMs).toBe(2000)
  })

  it('takes 498 for a refusal of the content', () => {
    expect(classifyFailure(498, { message: '' }, cohere.failures)).toBe('content_policy')
  })
})
