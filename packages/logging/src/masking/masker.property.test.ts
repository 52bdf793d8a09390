import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMasker } from './masker.ts'

const lower = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
const alphanumeric = lower + lower.toUpperCase() + digits

function drawn(characters: string, length: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters), minLength: length, maxLength: length })
}

/** Nearly all drawn keys do; the few that look like words by accident are left out, as the masker's documentation says. */
function looksRandom(text: string): boolean {
  const classes = [/[a-z]/, /[A-Z]/, /\d/].every((pattern) => pattern.test(text))
  return classes && (text.match(/[a-z](?=[^a-z])|[A-Z](?=[^A-Z])|\d(?=\D)/g)?.length ?? 0) * 3 >= text.length
}

const withDigit = (text: string): boolean => /\d/.test(text)

/** A secret and the text that it travels in; `body` is what must not be seen. */
interface Planted {
  readonly text: string
  readonly body: string
}

const plain = (prefix: string, body: fc.Arbitrary<string>): fc.Arbitrary<Planted> =>
  body.map((drawn) => ({ text: `${prefix}${drawn}`, body: drawn }))

const kinds: Readonly<Record<string, fc.Arbitrary<Planted>>> = {
  OpenAI: plain('sk-', drawn(alphanumeric, 48)),
  'OpenAI project': plain('sk-proj-', drawn(`${alphanumeric}_-`, 100).filter(withDigit)),
  Anthropic: plain('sk-ant-api03-', drawn(`${alphanumeric}_-`, 95)),
  OpenRouter: plain('sk-or-v1-', drawn('abcdef0123456789', 64)),
  DeepSeek: plain('sk-', drawn('abcdef0123456789', 32)),
  xAI: plain('xai-', drawn(alphanumeric, 80)),
  Groq: plain('gsk_', drawn(alphanumeric, 52)),
  Google: plain('AIzaSy', drawn(`${alphanumeric}_-`, 33)),
  'AWS access key id': plain('AKIA', drawn(lower.toUpperCase() + digits, 16)),
  'AWS secret access key': plain('', drawn(`${alphanumeric}/+`, 40).filter(looksRandom)).map((found) => ({
    text: `aws_secret_access_key=${found.text}`,
    body: found.body,
  })),
  Mistral: plain('', drawn(alphanumeric, 32).filter(looksRandom)),
  Cohere: plain('', drawn(alphanumeric, 40).filter(looksRandom)),
  GitHub: plain('ghp_', drawn(alphanumeric, 36)),
  'GitHub, fine-grained': plain('github_pat_', drawn(`${alphanumeric}_`, 82)),
  Slack: plain('xoxb-', drawn(`${digits}-${lower}`, 40)),
  'Slack webhook': plain('https://hooks.slack.com/services/T', drawn(alphanumeric, 40)),
  JWT: drawn(`${alphanumeric}_-`, 120).map((body) => ({ text: `eyJ${body.slice(0, 30)}.${body.slice(30, 80)}.${body.slice(80)}`, body })),
  Bearer: plain('Authorization: Bearer ', drawn(alphanumeric, 30)),
  Basic: plain(
    'authorization: Basic ',
    drawn(`${alphanumeric}/+`, 38).filter((text) => withDigit(text)),
  ).map(({ text, body }) => ({
    text: `${text}==`,
    body,
  })),
  'Azure header': plain('api-key: ', drawn('abcdef0123456789', 32)),
  'an assignment': plain('api_key=', drawn(alphanumeric, 20)),
  'a JSON field': plain('', drawn(alphanumeric, 20)).map(({ body }) => ({ text: `{"token":"${body}"}`, body })),
  'a header of JSON': plain('', drawn('abcdef0123456789', 32)).map(({ body }) => ({ text: `{"x-api-key": "${body}"}`, body })),
  'a URL': plain('', drawn(alphanumeric, 20)).map(({ body }) => ({ text: `redis://user:${body}@host:6379/0`, body })),
  PEM: plain('', drawn(`${alphanumeric}/+`, 120)).map(({ body }) => ({
    text: `-----BEGIN PRIVATE KEY-----\n${body.slice(0, 64)}\n${body.slice(64)}\n-----END PRIVATE KEY-----`,
    body,
  })),
}

const forms: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'in JSON': (text) => JSON.stringify({ text }),
  'in JSON inside JSON': (text) => JSON.stringify(JSON.stringify({ text })),
  'percent-encoded': encodeURIComponent,
}

/** What may stand next to a secret: anything that is not part of a word. */
const beside = fc.constantFrom('', ' ', '\n', '\t', ', ', ' (', '"', "'", '? ', ' -> ', '; ', ' é ')
const prose = fc.string({ unit: fc.constantFrom(...lower, ' ', '.', ',', '\n'), maxLength: 30 })

/** Whether eight characters in a row of the secret can be seen. */
function shows(masked: string, body: string): boolean {
  for (let start = 0; start + 8 <= body.length; start++) if (masked.includes(body.slice(start, start + 8))) return true
  return false
}

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
