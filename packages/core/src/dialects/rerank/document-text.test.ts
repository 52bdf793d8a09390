import { expect, it } from 'vitest'
import { documentText } from './document-text.ts'

it.each<[string, Parameters<typeof documentText>, string]>([
  ['a text', ['hi'], 'hi'],
  ['a text, whatever the rank fields', ['hi', ['title']], 'hi'],
  ['the field text', [{ title: 'T', text: 'x' }], 'x'],
  ['all fields where there is no text', [{ title: 'T', year: 1999, gone: null }], 'title: T\nyear: 1999'],
  ['a single field', [{ title: 'T' }], 'T'],
  ['rank fields in their order', [{ a: '1', b: '2', c: '3' }, ['c', 'a']], 'c: 3\na: 1'],
  ['nested values as JSON', [{ a: { b: [1] } }, ['a']], '{"b":[1]}'],
  ['nothing', [{}], ''],
])('gives %s', (_name, given, expected) => {
  expect(documentText(...given)).toBe(expected)
})
