import { expect, it } from 'vitest'
import { fixtures } from '../shared/__fixtures__/read-fixture.ts'
import { fromOllamaError } from './error.ts'

const { json } = fixtures(import.meta.url)

it.each([
  ['a recorded refusal', json('error-404.response.json'), "model 'nonexistent-model:latest' not found"],
  ['an error object', { error: { message: 'm' } }, 'm'],
  ['an error object without a message', { error: {} }, ''],
  ['no error', { message: {} }, ''],
  ['a web page', '<html>', ''],
])('finds the message in %s', (_name, body, message) => {
  expect(fromOllamaError(404, {}, body)).toEqual({ message, retryAfterMs: undefined })
})

it('reads how long to wait', () => {
  expect(fromOllamaError(503, { 'retry-after': '1.5' }, { error: 'busy' }).retryAfterMs).toBe(1500)
})
