import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type JsonObject } from '../../wire/json.ts'
import { toInputSchema } from './input-schema.ts'
import { toClaudeSchema } from './schema.ts'

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more })

describe('toClaudeSchema', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['closes objects', object({ a: {} }), object({ a: {} }, { additionalProperties: false })],
    [
      'closes objects within',
      object({ a: object({}) }),
      object({ a: object({}, { additionalProperties: false }) }, { additionalProperties: false }),
    ],
    ['keeps the formats that are known', { type: 'string', format: 'email' }, { type: 'string', format: 'email' }],
    [
      'keeps one item as the least',
      { type: 'array', items: { type: 'string' }, minItems: 1 },
      { type: 'array', items: { type: 'string' }, minItems: 1 },
    ],
    ['says any for one', { oneOf: [{ type: 'string' }] }, { anyOf: [{ type: 'string' }] }],
    ['leaves what says nothing out', { $schema: 's', $id: 'i', type: 'string', examples: ['x'] }, { type: 'string' }],
    [
      'keeps references and definitions',
      { $ref: '#/$defs/a', $defs: { a: object({}) } },
      { $ref: '#/$defs/a', $defs: { a: object({}, { additionalProperties: false }) } },
    ],
    [
      'keeps a property that is called like a keyword',
      object({ minimum: { type: 'integer' } }),
      object({ minimum: { type: 'integer' } }, { additionalProperties: false }),
    ],
  ])('%s', (_name, schema, written) => {
    expect(toClaudeSchema(schema)).toEqual({ schema: written, isLossy: false })
  })

  it.each<[string, JsonObject, JsonObject]>([
    ['a bound', { type: 'integer', minimum: 0 }, { type: 'integer', description: 'minimum: 0' }],
    [
      'bounds',
      { type: 'string', minLength: 1, maxLength: 9, description: 'A name.' },
      { type: 'string', description: 'A name. (minLength: 1, maxLength: 9)' },
    ],
    ['a format', { type: 'string', format: 'phone' }, { type: 'string', description: 'format: phone' }],
    ['a look-ahead', { type: 'string', pattern: '(?=a)' }, { type: 'string', description: 'pattern: (?=a)' }],
    [
      'items',
      { type: 'array', items: { type: 'integer', multipleOf: 5 }, maxItems: 3 },
      { type: 'array', items: { type: 'integer', description: 'multipleOf: 5' }, description: 'maxItems: 3' },
    ],
  ])('makes %s a hint', (_name, schema, written) => {
    expect(toClaudeSchema(schema)).toEqual({ schema: written, isLossy: true })
  })

  it('says that a map has become an object without members', () => {
    expect(toClaudeSchema(object({}, { additionalProperties: { type: 'string' } })).isLossy).toBe(true)
  })

  it('writes no keyword that is refused, at any depth, and closes every object', () => {
    const leaf: fc.Arbitrary<JsonObject> = fc.constantFrom<JsonObject>(
      { type: 'integer', minimum: 1, maximum: 2 },
      { type: 'string', minLength: 1 },
      { const: 1 },
    )
    const schema = fc.letrec<{ readonly any: JsonObject }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.dictionary(fc.constantFrom('a', 'minimum', 'type'), tie('any'), { maxKeys: 3 }).map((properties) => object(properties)),
        tie('any').map((items) => ({ type: 'array', items, maxItems: 3 })),
        fc.array(tie('any'), { minLength: 1, maxLength: 2 }).map((oneOf) => ({ oneOf })),
      ),
    })).any
    const check = (written: JsonObject): void => {
      for (const name of ['minimum', 'maximum', 'minLength', 'maxItems', 'oneOf']) expect(written).not.toHaveProperty(name)
      if (written['type'] === 'object') expect(written['additionalProperties']).toBe(false)
      const { properties, items, anyOf } = written
      const inner = [...(isJsonObject(properties) ? Object.values(properties) : []), items, ...(Array.isArray(anyOf) ? anyOf : [])]
      for (const one of inner) if (isJsonObject(one)) check(one)
    }
    fc.assert(fc.property(schema, (given) => check(toClaudeSchema(given).schema)))
  })
})

describe('toInputSchema', () => {
  it.each<[string, JsonObject | undefined, JsonObject]>([
    ['nothing', undefined, object({})],
    ['an empty schema', {}, object({})],
    ['an object', object({ a: {} }, { required: ['a'] }), object({ a: {} }, { required: ['a'] })],
    [
      'alternatives',
      { anyOf: [object({ a: {}, c: {} }, { required: ['a', 'c'] }), object({ b: {}, c: {} }, { required: ['b', 'c'] })] },
      object({ a: {}, b: {}, c: {} }, { required: ['c'] }),
    ],
    [
      'parts',
      { allOf: [object({ a: {} }, { required: ['a'] }), object({ b: {} })], description: 'd' },
      { ...object({ a: {}, b: {} }, { required: ['a'] }), description: 'd' },
    ],
    ['an object with alternatives', object({ a: {} }, { oneOf: [{ required: ['a'] }, {}] }), object({ a: {} })],
  ])('makes %s an object', (_name, parameters, written) => {
    expect(toInputSchema(parameters)).toEqual(written)
  })
})
