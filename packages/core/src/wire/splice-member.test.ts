import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spliceMember } from './splice-member.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const splice = (text: string, appended?: string): string | undefined => {
  const bytes = spliceMember(encode(text), 'model', { value: 'm"2', appended })
  return bytes && new TextDecoder().decode(bytes)
}

describe('a spliced member', () => {
  it.each([
    ['{"model":"a"}', '{"model":"m\\"2"}'],
    ['{ "model" :\n "a/b" , "n": 1.0 }', '{ "model" :\n "m\\"2" , "n": 1.0 }'],
    [
      '{"messages":[{"role":"user","content":"say \\"model\\": {}"}],"model":"a","seed":9007199254740993}',
      '{"messages":[{"role":"user","content":"say \\"model\\": {}"}],"model":"m\\"2","seed":9007199254740993}',
    ],
    ['{"tools":[{"model":"inner"}],"model":"a"}', '{"tools":[{"model":"inner"}],"model":"m\\"2"}'],
    ['{"a":"ünï\\\\","model":"a"}', '{"a":"ünï\\\\","model":"m\\"2"}'],
  ])('leaves all other bytes of %s', (text, expected) => {
    expect(splice(text)).toBe(expected)
  })

  it.each([
    ['is missing', '{"a":1}'],
    ['stands only deeper', '{"a":{"model":"x"}}'],
    ['is duplicated', '{"model":"a","model":"b"}'],
    ['could be duplicated by an escaped key', '{"model":"a","\\u006dodel":"b"}'],
    ['is not a string', '{"model":1}'],
    ['is in a list', '["model","a"]'],
  ])('is refused when it %s', (_why, text) => {
    expect(splice(text)).toBeUndefined()
  })

  it('appends members before the closing brace', () => {
    expect(splice('{"model":"a","stream":true} ', '"x":{"y":true}')).toBe('{"model":"m\\"2","stream":true,"x":{"y":true}} ')
  })

  it('means the same as a rewritten object, for any object', () => {
    const values = fc.jsonValue({ depthSize: 'small' })
    const spaces = fc.constantFrom(0, 1, 3)
    fc.assert(
      fc.property(fc.dictionary(fc.string(), values), fc.string(), spaces, fc.boolean(), (rest, model, indent, first) => {
        const { model: _model, ...others } = rest
        const body = first ? { model, ...others } : { ...others, model }
        const spliced = splice(JSON.stringify(body, null, indent))
        // Keys with escapes make it give up; it never gets one wrong.
        if (spliced === undefined) return Object.keys(others).some((key) => JSON.stringify(key).includes('\\'))
        expect(JSON.parse(spliced)).toEqual(JSON.parse(JSON.stringify({ ...body, model: 'm"2' })))
        return true
      }),
    )
  })
})
