import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../digest/sha256.ts'
import { createCanonicalTexts } from './canonical-text.ts'
import { createRequestKey, neutralFields } from './request-key.ts'

const keyOf = createRequestKey({ digest: sha256, neutralFields })
const texts = createCanonicalTexts(sha256)
const request = {
  model: 'openai/gpt-4o',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { type: 'url', url: 'https://a/b.png' } },
      ],
    },
  ],
  tools: [{ type: 'function', name: 'look', parameters: { type: 'object', properties: { user: { type: 'string' } } } }],
  temperature: 0,
}

function reversed(value: object): object {
  return Object.fromEntries(Object.entries(value).reverse())
}

const json = fc.jsonValue({ maxDepth: 4 })
const message = fc.record({ role: json, content: fc.array(fc.record({ type: json, source: json, text: json })) })
const anyRequest = fc.record({ model: fc.string(), messages: json, tools: json, temperature: json, seed: json })

describe('a cache key', () => {
  it('ignores the order of fields, and neutral fields', () => {
    fc.assert(
      fc.property(anyRequest, fc.boolean(), fc.string(), json, (one, stream, user, metadata) => {
        const other = { ...reversed(one), stream, stream_options: metadata, user, metadata, promptCacheKey: user, prompt_cache_key: user }
        expect(keyOf(other, { tenant: 't' })).toBe(keyOf(one, { tenant: 't' }))
      }),
    )
  })

  it('ignores the order of fields in messages, their parts and tools', () => {
    fc.assert(
      fc.property(fc.array(message), json, (messages, parameters) => {
        const tools = [{ type: 'function', function: { name: 'f', parameters } }]
        const others = messages.map(({ content, ...rest }) => reversed({ ...rest, content: content.map(reversed) }))
        expect(keyOf({ messages: others, tools: tools.map((tool) => reversed({ ...tool, function: reversed(tool.function) })) }, {})).toBe(
          keyOf({ messages, tools }, {}),
        )
      }),
    )
  })

  const ordered = { first: { type: 'string' }, second: { type: 'number' } }
  it.each<readonly [what: string, of: (value: object) => object]>([
    ['the schema of a tool', (parameters) => ({ tools: [{ name: 'f', parameters }] })],
    ['the schema of a tool, as OpenAI writes it', (parameters) => ({ tools: [{ type: 'function', function: { name: 'f', parameters } }] })],
    ['the schema of a tool, as Anthropic writes it', (schema) => ({ tools: [{ name: 'f', input_schema: schema }] })],
    ['the schema of the answer', (schema) => ({ responseFormat: { type: 'json_schema', schema } })],
    ['the arguments of a call', (input) => ({ messages: [{ role: 'assistant', content: [{ type: 'tool_use', input }] }] })],
    ['a document', (document) => ({ documents: [document] })],
    ['a field that only a provider knows', (field) => ({ extras: { fields: { field } } })],
  ])('tells the order of keys in %s', (_what, of) => {
    expect(keyOf(of(reversed(ordered)), {})).not.toBe(keyOf(of(ordered), {}))
  })

  it('is not shared by equal bodies of two wire languages', () => {
    expect(keyOf(request, { dialect: 'openai-chat' })).not.toBe(keyOf(request, { dialect: 'anthropic-messages' }))
  })

  it('is shared by two requests exactly when they are equal as JSON', () => {
    fc.assert(
      fc.property(anyRequest, anyRequest, (one, other) => {
        const [left, right] = [one, other].map((value) => texts.ofRequest(JSON.parse(JSON.stringify(value)) as object))
        const equal = left === right
        expect(keyOf(one, {}) === keyOf(other, {})).toBe(equal)
      }),
    )
  })

  it.each<[string, object]>([
    ['the model', { model: 'openai/gpt-4o-mini' }],
    ['a message', { messages: [] }],
    [
      'an image',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'image', source: { type: 'url', url: 'https://a/c.png' } },
            ],
          },
        ],
      },
    ],
    ['a tool', { tools: [] }],
    [
      'a property called user inside a tool',
      { tools: [{ type: 'function', name: 'look', parameters: { type: 'object', properties: {} } }] },
    ],
    ['the temperature', { temperature: 0.1 }],
    ['a field that only a provider knows', { extras: { dialect: 'openai-chat', fields: { thinking: true } } }],
  ])('changes with %s', (_name, change) => {
    expect(keyOf({ ...request, ...change }, {})).not.toBe(keyOf(request, {}))
  })

  it.each([
    ['a string and a number', 'a', 1],
    ['a string and a list', '1', ['1']],
    ['texts that look like the canonical one', '"1:a', ['a']],
    ['lists that end elsewhere', [['a'], 'b'], ['a', 'b']],
    ['an object and a list', { a: 'b' }, ['a', 'b']],
    ['a field and its name in a value', { a: 'b"1:c' }, { a: 'b', c: '' }],
    ['two lone surrogates', 'a\ud800', 'a\ud801'],
    ['a lone surrogate and its replacement', '\ud800', '\ufffd'],
    ['a lone surrogate and its JSON', '\ud800', '"\\ud800"'],
    ['two long texts that differ at the end', `${'a'.repeat(5000)}b`, `${'a'.repeat(5000)}c`],
    ['long texts with two lone surrogates', `${'a'.repeat(5000)}\ud800`, `${'a'.repeat(5000)}\ud801`],
    ['a long text and what stands for it', 'a'.repeat(5000), texts.ofValue('a'.repeat(5000))],
    ['null and its name', null, 'n'],
    ['true and its name', true, 't'],
    ['a number and its text', 12, '#12;'],
  ])('tells %s apart', (_name, left, right) => {
    expect(keyOf({ a: left }, {})).not.toBe(keyOf({ a: right }, {}))
    expect(keyOf({ model: left }, {})).not.toBe(keyOf({ model: right }, {}))
  })

  it('is not shared between operations', () => {
    expect(keyOf(request, { operation: 'chat' })).not.toBe(keyOf(request, { operation: 'moderations' }))
  })

  it('is never shared between tenants, namespaces or variants, however they are written', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string(), { nil: undefined }), { minLength: 6, maxLength: 6 }), ([a, b, c, d, e, f]) => {
        const same = a === d && b === e && c === f
        const left = keyOf(request, { tenant: a, namespace: b, variant: c })
        expect(left === keyOf(request, { tenant: d, namespace: e, variant: f })).toBe(same)
      }),
    )
    expect(keyOf(request, { tenant: '' })).not.toBe(keyOf(request, {}))
    expect(keyOf(request, { tenant: 'a","b' })).not.toBe(keyOf(request, { tenant: 'a', namespace: 'b' }))
  })

  it('does not let a field of the request that is called __proto__ change anything else', () => {
    const hostile = JSON.parse('{"model":"m","__proto__":{"stream":true}}') as object
    expect(keyOf(hostile, {})).not.toBe(keyOf({ model: 'm' }, {}))
  })
})

describe('the portable digest', () => {
  it('equals the digest of OpenSSL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'))
      }),
      { examples: [[''], ['a'.repeat(55)], ['a'.repeat(56)], ['a'.repeat(63)], ['a'.repeat(64)], ['a'.repeat(119)], ['a'.repeat(120)]] },
    )
  })
})
