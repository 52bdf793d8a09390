import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromBedrockError, fromBedrockException } from './error.ts'
import { bedrockFailures } from './failures.table.ts'

const { json } = fixtures(import.meta.url)

describe('fromBedrockError', () => {
  it('finds the kind in the header, without the address behind it', () => {
    const headers = { 'x-amzn-errortype': 'ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/' }
    expect(fromBedrockError(400, headers, json('error-400.response.json'))).toEqual({
      message: 'The provided model identifier is invalid.',
      type: 'ValidationException',
      retryAfterMs: undefined,
    })
  })

  it('finds it in the body as well', () => {
    expect(fromBedrockError(400, {}, { __type: 'com.amazon.coral.service#ExpiredTokenException', Message: 'Expired.' })).toMatchObject({
      message: 'Expired.',
      type: 'ExpiredTokenException',
    })
  })

  it.each([
    ['ThrottlingException', 429, 'rate_limit'],
    ['ServiceQuotaExceededException', 400, 'quota'],
    ['AccessDeniedException', 403, 'authentication'],
    ['UnrecognizedClientException', 403, 'authentication'],
    ['ResourceNotFoundException', 404, 'unknown_model'],
    ['ModelTimeoutException', 408, 'server'],
    ['ModelErrorException', 424, 'server'],
    ['ModelNotReadyException', 429, 'server'],
    ['ServiceUnavailableException', 503, 'server'],
    ['ValidationException', 400, 'invalid_request'],
  ] as const)('knows %s', (kind, status, failure) => {
    expect(classifyFailure(status, fromBedrockError(status, { 'x-amzn-errortype': kind }, { message: 'No.' }), bedrockFailures)).toBe(
      failure,
    )
  })

  it.each([undefined, null, '', [], 'a proxy page', { message: 7 }])('makes no trouble of %j', (body) => {
    expect(fromBedrockError(500, {}, body)).toEqual({ message: '', type: undefined, retryAfterMs: undefined })
  })
})

describe('fromBedrockException', () => {
  it.each([
    ['throttlingException', 'rate_limit'],
    ['validationException', 'invalid_request'],
    ['modelStreamErrorException', 'server'],
    ['internalServerException', 'server'],
    ['serviceUnavailableException', 'server'],
    ['newException', 'server'],
  ] as const)('knows %s', (name, failure) => {
    const error = fromBedrockException({ name, data: '{"message":"No."}', exception: true })
    expect(error).toMatchObject({ failure, provider: '', message: 'No.', upstreamType: name.charAt(0).toUpperCase() + name.slice(1) })
  })

  it('reads the status of the model behind, and an empty payload', () => {
    expect(
      fromBedrockException({ name: 'modelX', data: '{"originalStatusCode":429,"originalMessage":"Slow."}', exception: true }),
    ).toMatchObject({ failure: 'rate_limit', message: 'Slow.' })
    expect(fromBedrockException({ name: '', data: '', exception: true }).message).toBe('The provider broke the answer off.')
  })
})
