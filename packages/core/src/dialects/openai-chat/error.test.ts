import { expect, it } from 'vitest'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromOpenAiError } from './error.ts'

const { json } = fixtures(import.meta.url)

it.each<[string, unknown, object]>([
  [
    'a wrong key',
    json('error-401.response.json'),
    { type: 'invalid_request_error', code: 'invalid_api_key', message: expect.stringMatching(/^Incorrect API key/) },
  ],
  ['an unknown model', json('error-404.response.json'), { code: 'model_not_found', message: expect.stringMatching(/does not exist/) }],
  [
    'Mistral, flat',
    { object: 'error', message: 'm', type: 'invalid_model', code: '1500' },
    { message: 'm', type: 'invalid_model', code: '1500' },
  ],
  ['Mistral, a list', { detail: [{ loc: ['body'], msg: 'a' }, { msg: 'b' }] }, { message: 'a; b' }],
  ['Voyage and Jina', { detail: 'Invalid API key' }, { message: 'Invalid API key' }],
  ['xAI', { code: 'c', error: 'e' }, { message: 'e', code: 'c' }],
  ['OpenRouter', { error: { message: 'm', code: 402 } }, { message: 'm', code: '402' }],
  ['Azure', { error: { code: 'DeploymentNotFound', message: 'm' } }, { message: 'm', code: 'DeploymentNotFound' }],
  ['a parameter', { error: { message: 'm', param: 'n' } }, { param: 'n' }],
  ['a web page', '<html>', { message: '' }],
])('reads an error of %s', (_name, body, expected) => {
  expect(fromOpenAiError(400, {}, body)).toMatchObject(expected)
})

it('reads how long to wait', () => {
  expect(fromOpenAiError(429, { 'retry-after-ms': '250', 'retry-after': '9' }, {}).retryAfterMs).toBe(250)
})
