import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editJson, type JsonEdit } from './edit-json.ts'

const encoder = new TextEncoder()

function edit(text: string, ...edits: readonly JsonEdit[]): string | undefined {
  const bytes = editJson(encoder.encode(text), edits)
  return bytes && new TextDecoder().decode(bytes)
}

const gone = (...path: readonly (string | number)[]): JsonEdit => ({ path, text: undefined })
const is = (text: string, ...path: readonly (string | number)[]): JsonEdit => ({ path, text })

describe('editJson', () => {
  it.each<[string, readonly JsonEdit[], string]>([
    ['{"a": 1,  "b":2 , "c":3}', [gone('b')], '{"a": 1 , "c":3}'],
    ['{"a":1,"b":2}', [gone('a')], '{"b":2}'],
    ['{"a":1,"b":2}', [gone('b')], '{"a":1}'],
    ['{"a":1}', [gone('a')], '{}'],
    ['[1, 2, 3, 4]', [gone(0), gone(1)], '[3, 4]'],
    ['[1, 2, 3, 4]', [gone(1), gone(2)], '[1, 4]'],
    ['[1, 2, 3, 4]', [gone(2), gone(3)], '[1, 2]'],
    ['[1, 2]', [gone(0), gone(1)], '[]'],
    ['[[1,2],[3]]', [gone(0, 1), gone(1)], '[[1]]'],
    ['{"model":"a","n":12345678901234567890,"t":"\\u00e9"}', [is('"b"', 'model')], '{"model":"b","n":12345678901234567890,"t":"\\u00e9"}'],
    ['{"s":"\\"}]","a":{"b":[{"c":1,"d":"x"}]}}', [gone('a', 'b', 0, 'c')], '{"s":"\\"}]","a":{"b":[{"d":"x"}]}}'],
    ['{"ü":1,"a":2}', [gone('a')], '{"ü":1}'],
  ])('edits %s', (text, edits, result) => {
    expect(edit(text, ...edits)).toBe(result)
  })

  it.each<[string, JsonEdit]>([
    ['{"a":1}', gone('b')],
    ['{"a":1,"a":2}', gone('a')],
    ['{"\\u0061":1,"a":2}', gone('a')],
    ['{"a":1}', gone('a', 'b')],
    ['{"a":"', gone('b')],
    ['{"a" 1}', gone('a')],
    ['', gone('a')],
    ['{"a":1', gone('b')],
    ['[1', gone(0)],
    ['[1,', gone(3)],
  ])('gives %s up', (text, one) => {
    expect(edit(text, one)).toBeUndefined()
  })

  it('removes whichever members of a list, and keeps the others', () => {
    const list = fc.array(fc.jsonValue(), { maxLength: 8 })
    fc.assert(
      fc.property(list, fc.func(fc.boolean()), fc.constantFrom(0, 2), (values, isGone, indent) => {
        const places = values.map((_value, place) => place).filter(isGone)
        const text = JSON.stringify({ before: 1, list: values, after: 'x' }, null, indent)
        const result = edit(text, ...places.map((place) => gone('list', place)))
        expect(JSON.parse(result ?? '')).toEqual(
          JSON.parse(JSON.stringify({ before: 1, list: values.filter((_value, place) => !places.includes(place)), after: 'x' })),
        )
      }),
    )
  })
})
