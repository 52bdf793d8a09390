import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../logger/logger.ts'
import { alphanumeric, drawn, kinds, type Planted, shows } from './__fixtures__/planted-secrets.ts'
import { createMasker } from './masker.ts'

const known = 'k9-Tenant/Key.with+signs=and "quotes" 0451'
const masker = createMasker({ secrets: [known] })

/** Names under which a value is a secret whatever it looks like. */
const secretNames = [
  'api_key',
  'apiKey',
  'x-api-key',
  'API-KEY',
  'Authorization',
  'x-goog-api-key',
  'set-cookie',
  'client_secret',
  'clientSecret',
  'PASSWORD',
  'db_pwd',
  'refresh_token',
  'aws_secret_access_key',
  'routing_key',
  'webhook_url',
  'X-Amz-Security-Token',
  'AccountKey',
  'passphrase',
  'credentials',
]
const hex = drawn('abcdef0123456789', 32)
const name = fc.constantFrom(...secretNames)

/** A secret that only its name gives away. */
const named = fc
  .tuple(name, fc.oneof(hex, drawn(alphanumeric, 20), drawn(`${alphanumeric}._~!$^*-`, 24)))
  .filter(([, body]) => /[A-Za-z]/.test(body) && /\w{8}/.test(body))
  .map(([key, body]) => ({ key, body }))

/** A text with a canary in it: one known by its shape, or by value. */
const planted: fc.Arbitrary<Planted> = fc.oneof(...Object.values(kinds), fc.constant({ text: known, body: known }))

const texts: Readonly<Record<string, (text: string) => string>> = {
  'free text': (text) => `The provider said: ${text} (see above)`,
  'lines of text': (text) => `first\r\n${text}\r\nlast`,
  'a query': (text) => `GET https://api.example.com/v1/x?a=1&note=${encodeURIComponent(text)}&b=2 HTTP/1.1`,
  'a path': (text) => `https://api.example.com/v1/${encodeURIComponent(text)}/end`,
  'a fragment': (text) => `https://example.com/#${encodeURIComponent(text)}`,
  'a form': (text) => new URLSearchParams({ grant: 'x', note: text }).toString(),
  'a JSON body': (text) => JSON.stringify({ messages: [{ role: 'user', content: text }] }),
  'JSON in a JSON body': (text) => JSON.stringify({ error: { message: JSON.stringify({ content: text }) } }),
  'a JSON body of ASCII': (text) => JSON.stringify({ content: text }).replaceAll('/', '\\/'),
  'a header': (text) => `x-note: ${text.replaceAll('\n', ' ')}\r\nhost: example.com`,
  'a command': (text) => `curl -H '${text.replaceAll('\n', ' ')}' https://api.example.com`,
  'an event': (text) => `data: ${JSON.stringify({ delta: text })}\n\n`,
  'a stack': (text) => `Error: ${text}\n    at call (/srv/app/provider.js:12:3)`,
  CSV: (text) => `id;"${text.replaceAll('"', '""')}";3`,
}

type Nest = (value: unknown) => unknown

const nests: Readonly<Record<string, Nest>> = {
  itself: (value) => value,
  'an object': (value) => ({ a: { b: [1, { note: value }] } }),
  'an array': (value) => [[value], value],
  'an error': (value) => new Error(String(value)),
  'a cause': (value) => new Error('outer', { cause: new TypeError('inner', { cause: value }) }),
  'a field of an error': (value) => Object.assign(new Error('x'), { response: { body: value } }),
  'errors together': (value) => new AggregateError([new Error(String(value))], String(value)),
  'a map': (value) => new Map([['note', value]]),
  'a set': (value) => new Set([value]),
  headers: (value) => ({ headers: { 'x-note': [value] } }),
  'what tells its own JSON': (value) => ({ toJSON: () => ({ note: value }) }),
  'a key': (value) => ({ [String(value)]: 1 }),
  'a getter': (value) => ({
    get note() {
      return value
    },
  }),
  depth: (value) => Array.from({ length: 8 }).reduce<unknown>((inner) => ({ inner }), value),
}

/** Ways in which a name and its secret stand next to each other. */
const pairs: Readonly<Record<string, (key: string, body: string) => unknown>> = {
  'an assignment': (key, body) => `${key}=${body}`,
  'an assignment in quotes': (key, body) => `${key}="${body}"`,
  'a header': (key, body) => `accept: */*\r\n${key}: ${body}\r\nhost: x`,
  YAML: (key, body) => `config:\n  ${key}: '${body}'\n  other: 1`,
  JSON: (key, body) => JSON.stringify({ a: 1, [key]: body }),
  'a query': (key, body) => `https://example.com/?a=1&${key}=${encodeURIComponent(body)}&b=2`,
  'JSON in JSON': (key, body) => JSON.stringify({ message: JSON.stringify({ [key]: body }) }),
  'a field': (key, body) => ({ [key]: body }),
  'a list of a field': (key, body) => ({ [key]: ['first-one-of-these', body] }),
  'a field within': (key, body) => ({ [key]: { name: 'ops', value: body } }),
  'a list of objects': (key, body) => ({ [key]: [{ name: 'ops', key: body }] }),
  pairs: (key, body) => ({
    headers: [
      ['accept', 'x'],
      [key, body],
    ],
  }),
  'raw headers': (key, body) => ({ rawHeaders: ['accept', 'x', key, body, 'host', 'y'] }),
  'a name and a value': (key, body) => ({ name: key, value: body }),
  'a map': (key, body) => new Map([[key, body]]),
  Headers: (key, body) => ({ headers: new Headers([[key, body]]) }),
  'an error': (key, body) => new Error(`401: {"${key}":"${body}"}`),
  'a cause': (key, body) => new Error('x', { cause: { [key]: body } }),
}

/** Everything by which a value can leave, and what is seen of it by one who undoes the spelling. */
function outputsOf(value: unknown): readonly string[] {
  const lines: string[] = []
  const write = (line: string): number => lines.push(line)
  for (const format of ['json', 'text'] as const) {
    const logger = createLogger({ level: 'TRACE', format, masker, write, now: () => 0 })
    logger.error(typeof value === 'string' ? value : 'it failed', { value })
    logger.child({ value }).warn('it failed')
  }
  const plain = JSON.stringify(masker.maskValue(value)) ?? ''
  const text = typeof value === 'string' ? [masker.mask(value)] : []
  return [...lines, plain, ...text].flatMap((each) => [
    each,
    each.replace(/%[0-9A-F]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16))),
    each.replace(/\\+(["/])/g, '$1'),
  ])
}

/** Where a canary is still to be seen. */
function leak(value: unknown, body: string): string | undefined {
  return outputsOf(value).find((output) => shows(output, body))
}

/** Each plants another secret in another place. */
const runs = { numRuns: 1_000 }

describe('a canary', () => {
  it('planted in any text, anywhere in a value, is in no output', () => {
    const place = fc.tuple(fc.constantFrom(...Object.entries(texts)), fc.constantFrom(...Object.entries(nests)))
    fc.assert(
      fc.property(planted, place, ({ text, body }, [[, write], [, nest]]) => {
        expect(leak(nest(write(text)), body)).toBeUndefined()
      }),
      runs,
    )
  }, 30_000)

  it('that only its name gives away is in no output', () => {
    fc.assert(
      fc.property(named, fc.constantFrom(...Object.entries(pairs)), ({ key, body }, [, write]) => {
        expect(leak(write(key, body), body)).toBeUndefined()
      }),
      runs,
    )
  }, 30_000)

  it.each([
    ['a password of digits', { password: 12345678 }, '12345678'],
    ['a password of digits in text', 'password=12345678', '12345678'],
    ['a key of digits', { api_key: 987654321012 }, '987654321012'],
  ])('is in no output: %s', (_what, value, body) => {
    expect(leak(value, body)).toBeUndefined()
  })
})
