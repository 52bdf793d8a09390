import { expect, it } from 'vitest'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromAnthropicError } from './error.ts'

const { json } = fixtures(import.meta.url)

it.each([
  ['an unknown model', json('error-404.response.json'), { message: 'model: there-is-no-such-model', type: 'not_found_error' }],
  ['overload', json('error-529.response.json'), { message: 'Overloaded', type: 'overloaded_error' }],
  ['a bare object', { message: 'm' }, { message: 'm' }],
  ['a web page', '<html>', { message: '' }],
])('reads %s', (_name, body, expected) => {
  expect(fromAnthropicError(400, { 'retry-after': '2' }, body)).toMatchObject({ ...expected, retryAfterMs: 2_000 })
})
