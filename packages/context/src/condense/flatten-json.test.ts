import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flattenJson } from './flatten-json.ts'

describe('flattening JSON', () => {
  it.each([
    ['an object', '{"a": 1, "b": "two"}', 'a: 1, b: two'],
    ['a list of objects, one a line', '[{"a":1},{"a":2}]', 'a: 1\na: 2'],
    ['a nested object', '{"seats":{"economy":12,"business":3},"open":true}', 'seats: economy: 12, business: 3, open: true'],
    ['a list of values', '{"tags":["x","y"],"n":null}', 'tags: x, y, n: null'],
    ['numbers as they are written', '[1.0, 12345678901234567890, 1e5]', '1.0, 12345678901234567890, 1e5'],
    ['escapes', String.raw`{"a":"say \"hi\" é"}`, 'a: say "hi" é'],
    ['nothing', '[]', ''],
  ])('writes %s', (_, json, lines) => {
    expect(flattenJson(json)).toBe(lines)
  })

  it.each(['', 'plain', '[link](https://a.b)', '{not json}', '[1, 2', '{"a":1} and more', '[1 2]', '{"a" "b"}', '}{', '{"a":1]'])(
    'leaves alone what is no JSON: %s',
    (text) => {
      expect(flattenJson(text)).toBeUndefined()
    },
  )

  it('keeps every word and number of any JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.jsonValue(), { minLength: 1 }), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
        const flat = flattenJson(JSON.stringify(value)) ?? ''
        const strings = JSON.stringify(value).match(/-?\d[\d.eE+-]*(?=[,\]}])/g) ?? []
        for (const text of strings) expect(flat).toContain(text)
      }),
    )
  })

  it('takes deep nesting without recursion', () => {
    expect(flattenJson(`${'['.repeat(100_000)}7${']'.repeat(100_000)}`)).toBe('7')
  })
})
