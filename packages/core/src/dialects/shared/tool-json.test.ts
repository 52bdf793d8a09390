import { expect, it } from 'vitest'
import { toArgumentsObject, toResultObject } from './tool-json.ts'

it.each([
  ['', {}],
  [' ', {}],
  ['{"a":1}', { a: 1 }],
  ['[1]', { arguments: '[1]' }],
  ['{"a', { arguments: '{"a' }],
] as const)('makes an object of the arguments %j', (text, object) => {
  expect(toArgumentsObject(text)).toEqual(object)
})

it.each([
  [' {"a":1}', { a: 1 }],
  ['[1]', undefined],
  ['text', undefined],
  ['{"a', undefined],
  ['{"id":12345678901234567890}', undefined],
] as const)('takes the result %j as the object it is', (text, object) => {
  expect(toResultObject(text)).toEqual(object)
})
