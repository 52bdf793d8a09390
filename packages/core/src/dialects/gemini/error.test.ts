import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromGeminiError } from './error.ts'

const { json } = fixtures(import.meta.url)

describe('fromGeminiError', () => {
  it('finds the wait in the body', () => {
    const upstreamError = fromGeminiError(429, {}, json('error-429.response.json'))
    expect(upstreamError).toEqual({
      message: 'You exceeded your current quota, please check your plan.',
      type: 'RESOURCE_EXHAUSTED',
      code: undefined,
      retryAfterMs: 34_400,
    })
    expect(classifyFailure(429, upstreamError)).toBe('rate_limit')
  })

  it('tells a wrong key from a wrong request, though both are 400', () => {
    const upstreamError = fromGeminiError(400, {}, json('error-key.response.json'))
    expect(upstreamError).toMatchObject({ type: 'INVALID_ARGUMENT', code: 'API_KEY_INVALID' })
    expect(classifyFailure(400, upstreamError)).toBe('authentication')
  })

  it('reads an error in a list', () => {
    expect(fromGeminiError(503, {}, [{ error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } }])).toMatchObject({
      message: 'Overloaded.',
      type: 'UNAVAILABLE',
    })
  })

  it('recognises an overlong prompt', () => {
    const message = 'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).'
    expect(classifyFailure(400, fromGeminiError(400, {}, { error: { code: 400, message, status: 'INVALID_ARGUMENT' } }))).toBe(
      'context_length',
    )
  })

  it.each([undefined, null, '', 'a proxy page', [], {}, { error: 'text' }, { error: { details: [1, { '@type': 7 }] } }])(
    'makes no trouble of %j',
    (body) => {
      expect(fromGeminiError(500, { 'retry-after': '2' }, body).retryAfterMs).toBe(2000)
    },
  )

  it.each(['-1s', 'soon', '1e9s', '999999s', '5'])('takes no wait of %s', (retryDelay) => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]
    expect(fromGeminiError(429, {}, { error: { message: '', details } }).retryAfterMs).toBeUndefined()
  })
})
