import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mapJsonStrings, mapStrings } from './json-strings.ts'

const upper = (text: string): string => text.toUpperCase()

describe('the strings of a JSON text', () => {
  it.each([
    ['{"a":"b","n":[1.50,1e3,-0.00],"x":null}', '{"A":"B","N":[1.50,1e3,-0.00],"X":null}'],
    [String.raw`{ "a" : "x\"y\\" }`, String.raw`{ "A" : "X\"Y\\" }`],
    ['"\\u0061b"', '"AB"'],
    ['{"a": "cut o', '{"A": "CUT O'],
    ['', ''],
  ])('%s', (json, mapped) => {
    expect(mapJsonStrings(json, upper)).toBe(mapped)
  })

  it('are offered with long numbers, which are written as strings where they change', () => {
    const offered: string[] = []
    const map = (text: string): string => {
      offered.push(text)
      return text === '4111111111111111' ? '[CARD_1]' : text
    }
    expect(mapJsonStrings('[4111111111111111, 123456, 1.2345678, 12345678.5, "x"]', map)).toBe(
      '["[CARD_1]", 123456, 1.2345678, 12345678.5, "x"]',
    )
    expect(offered).toEqual(['4111111111111111', 'x'])
  })

  it('leave every byte as it is where none changes, and are the strings of the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const json = JSON.stringify(value, null, indent)
        expect(mapJsonStrings(json, (text) => text)).toBe(json)
        expect(mapStrings(value, (text) => text)).toBe(value)
      }),
    )
  })
})
