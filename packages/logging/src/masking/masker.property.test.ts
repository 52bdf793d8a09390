import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alphanumeric, drawn, kinds, lower, shows } from './__fixtures__/planted-secrets.ts'
import { createMasker } from './masker.ts'

const forms: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in JSON': (text) => JSON.stringify({ text }),
  'in JSON inside JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'percent-encoded': encodeURIComponent,
}

/** What may stand next to a secret: anything that is not part of a word. */
const beside = fc.constantFrom('', ' ', '\n', '\t', ', ', ' (', '"', "'", '? ', ' -> ', '; ', ' é ')
const prose = fc.string({ unit: fc.constantFrom(...lower, ' ', '.', ',', '\n'), maxLength: 30 })

const masker = createMasker()

describe.each(Object.keys(forms))('a secret %s', (form) => {
  const written = forms[form] ?? String

  it.each(Object.keys(kinds))('of the kind %s is hidden wherever it stands, and masking twice is masking once', (kind) => {
    const planted = kinds[kind] ?? fc.constant({ text: '', body: '' })
    fc.assert(
      fc.property(prose, beside, planted, beside, prose, (before, left, secret, right, after) => {
        const separator = left === '' && before !== '' ? ' ' : left
        const end = right === '' && after !== '' ? ' ' : right
        const masked = masker.mask(written(`${before}${separator}${secret.text}${end}${after}`))
        expect(shows(masked, secret.body)).toBe(false)
        expect(masker.mask(masked)).toBe(masked)
      }),
      { numRuns: 150 },
    )
  })
})

describe('a masker', () => {
  it('leaves no secret known by value, in any spelling', () => {
    const secret = fc
      .string({ unit: 'binary', minLength: 8, maxLength: 40 })
      .filter((text) => text.trim().length >= 8 && !text.includes('*'))
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        const { mask } = createMasker({ secrets: [value] })
        const twice = JSON.stringify(JSON.stringify(value)).slice(3, -3)
        for (const written of [value, JSON.stringify(value).slice(1, -1), twice, encodeURIComponent(value)]) {
          const masked = mask(`${before}${written}${after}`)
          expect(masked).not.toContain(written)
          expect(mask(masked)).toBe(masked)
        }
      }),
    )
  })

  it('changes nothing the second time, whatever pieces a text is made of', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'sk-',
        'eyJ',
        'AKIA',
        'Bearer ',
        'basic+',
        'token',
        'api_key',
        'password',
        '=',
        ': ',
        '"',
        '\\"',
        '%22',
        '%3D',
        '://',
        '@',
      ),
      fc.constantFrom(
        '-----BEGIN ',
        'PRIVATE KEY-----',
        '***',
        '***MASKED***',
        '.',
        ':',
        '/',
        '?',
        '&',
        '\\n',
        '\n',
        '{',
        '}',
        ',',
        ' ',
        '+',
      ),
      drawn(alphanumeric, 32),
      drawn(`${alphanumeric}/+`, 40),
      drawn(alphanumeric, 3),
      drawn(alphanumeric, 17),
      fc.string({ unit: 'binary', maxLength: 6 }),
    )
    const full = createMasker({ secrets: ['hunter2-secret', 'abcdef'], emails: true, cards: true })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const masked = full.mask(pieces.join(''))
        expect(full.mask(masked)).toBe(masked)
      }),
      { numRuns: 3000 },
    )
  })

  it('leaves text without secrets as it is', () => {
    const word = fc.string({ unit: fc.constantFrom(...lower), minLength: 1, maxLength: 14 })
    const words = fc.array(fc.oneof(word, fc.constantFrom('token', 'task-list', 'basic', 'key', 'bearer auth', '150', '3.14', 'gpt-4o')), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(words, fc.constantFrom(' ', ', ', '. ', '\n'), (list, separator) => {
        const text = list.join(separator)
        fc.pre(!/bearer /.test(text.replaceAll('bearer auth', '')))
        expect(masker.mask(text)).toBe(text)
      }),
    )
  })
})
