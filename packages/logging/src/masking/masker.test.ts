import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMasker } from './masker.ts'

describe('a masker', () => {
  const masker = createMasker({ secrets: ['hunter2-very-secret'] })

  it.each([
    ['an OpenAI key', 'key sk-abcdefghijklmnopqrstuvwxyz0123456789', 'key sk-abc***789'],
    ['an Anthropic key', 'sk-ant-api03-abcdefghijklmnop-qrstuvwxyz012345', 'sk-ant-api***345'],
    ['a Google key', 'AIzaSyA1234567890abcdefghijklmnopqrstuv', 'AIzaSy***'],
    ['an AWS key', 'AKIAIOSFODNN7EXAMPLE', 'AKIAIO***'],
    ['a bearer token', 'Authorization: Bearer abcdef123456789', 'Authorization: Bearer ***'],
    ['a URL with credentials', 'redis://user:pass@host:6379', 'redis://***:***@host:6379'],
    ['an assignment', 'api_key=abcdefghijklmnop', 'api_key=***MASKED***'],
    ['a secret known by value', 'it is hunter2-very-secret!', 'it is ***!'],
    [
      'ordinary text',
      'The token count is 12 and the secret of cooking is time.',
      'The token count is 12 and the secret of cooking is time.',
    ],
  ])('hides %s', (_what, text, masked) => {
    expect(masker.mask(text)).toBe(masked)
  })

  it('leaves no known secret, wherever it stands and however it is written', () => {
    const secret = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => text.trim().length >= 8)
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const { mask } = createMasker({ secrets: [value] })
        expect(mask(`${before}${value}${after}`)).not.toContain(value)
        expect(mask(JSON.stringify({ text: value }))).not.toContain(JSON.stringify(value).slice(1, -1))
      }),
    )
  })

  it('masks every string inside a value', () => {
    expect(masker.maskValue({ a: ['hunter2-very-secret'], b: { c: 1 } })).toEqual({ a: ['***'], b: { c: 1 } })
  })
})
