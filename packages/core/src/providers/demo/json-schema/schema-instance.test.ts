import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../../wire/json.ts'
import { schemaInstance } from './schema-instance.ts'

const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false })

function problemsOf(schema: JsonValue, instance: JsonValue | undefined): unknown {
  const validate = ajv.compile(schema as JsonObject)
  return validate(instance) ? [] : { instance, errors: validate.errors }
}

const node = { type: 'object', properties: { value: { type: 'string' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } } }
const tree = {
  $defs: { tree: { type: 'object', required: ['children'], properties: { children: { type: 'array', items: { $ref: '#/$defs/tree' } } } } },
}

describe('an instance of a schema', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['true', true, 'text'],
    ['an empty one', {}, 'text'],
    ['a const', { const: { a: [1] } }, { a: [1] }],
    ['an enum', { enum: ['b', 'a'] }, 'b'],
    ['a default', { type: 'string', default: 'celsius', enum: ['kelvin', 'celsius'] }, 'kelvin'],
    ['a default of no enum', { type: 'string', default: 'celsius' }, 'celsius'],
    ['a default that it does not accept', { type: 'integer', default: 'celsius' }, 1],
    ['members by their names', { properties: { city: { type: 'string' }, days: { type: 'integer' } } }, { city: 'city', days: 1 }],
    ['a closed object', { type: 'object', additionalProperties: false }, {}],
    ['bounds', { type: 'integer', minimum: 10, exclusiveMaximum: 12 }, 10],
    ['a half-open interval', { type: 'number', exclusiveMinimum: 0, maximum: 0.5 }, 0.5],
    ['a grid', { type: 'integer', multipleOf: 7, minimum: 15 }, 21],
    ['lengths', { type: 'string', minLength: 3, maxLength: 3 }, 'tex'],
    ['long texts', { type: 'string', minLength: 6 }, 'textte'],
    ['a pattern', { type: 'string', pattern: '^[A-Z]{2}-\\d+$', minLength: 6 }, 'AA-111'],
    ['a nullable', { anyOf: [{ type: 'null' }, { type: ['null', 'string'] }] }, null],
    ['a list of types', { type: ['null', 'integer'] }, 1],
    ['a list', { type: 'array', items: { type: 'boolean' }, minItems: 2 }, [true, true]],
    ['different items', { type: 'array', items: { enum: [1, 2, 3] }, minItems: 3, uniqueItems: true }, [1, 2, 3]],
    ['a tuple', { type: 'array', prefixItems: [{ const: 'a' }, { const: 'b' }], items: false }, ['a', 'b']],
    ['what a list contains', { type: 'array', items: { type: 'integer' }, contains: { minimum: 9 } }, [9]],
    ['a list of a recursive schema', { ...tree, $ref: '#/$defs/tree' }, { children: [{ children: [] }] }],
    ['a discriminated union', { oneOf: [{ properties: { kind: { const: 'a' } }, required: ['kind'] }] }, { kind: 'a' }],
    ['allOf', { allOf: [{ properties: { a: { minimum: 3 } } }, { required: ['a'], properties: { a: { type: 'integer' } } }] }, { a: 3 }],
    ['exclusive alternatives', { oneOf: [{ type: 'integer' }, { minimum: 5 }] }, 1],
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    ['a condition', { properties: { a: { const: 1 } }, if: { required: ['a'] }, then: { required: ['b'] } }, { b: 'b', a: 1 }],
    ['a negation', { type: 'integer', not: { const: 1 } }, 0],
    [
      'a member called __proto__',
      JSON.parse('{"properties":{"__proto__":{"const":1}},"required":["__proto__"]}'),
      JSON.parse('{"__proto__":1}'),
    ],
  ])('%s', (_name, schema, expected) => {
    const instance = schemaInstance(schema)
    expect(problemsOf(schema, instance)).toEqual([])
    expect(instance).toEqual(expected)
  })
})

/** Schemas as tools and structured answers have them, each of which has instances. */
const { schema } = fc.letrec<{ schema: JsonObject; scalar: JsonObject; object: JsonObject; list: JsonObject; logic: JsonObject }>(
  (tie) => ({
    scalar: fc.oneof(
      fc.constantFrom<JsonObject>({ type: 'boolean' }, { type: 'null' }, { type: ['string', 'null'] }, {}),
      fc.record({ enum: fc.uniqueArray(fc.jsonValue() as fc.Arbitrary<JsonValue>, { minLength: 1, maxLength: 4 }) }),
      fc.record({ const: fc.jsonValue() as fc.Arbitrary<JsonValue> }),
      fc
        .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(40), fc.constantFrom('integer', 'number'))
        .map(([minimum, span, type]) => ({ type, minimum, maximum: minimum + span })),
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -50, max: 50 }))
        .map(([multipleOf, minimum]) => ({ type: 'integer', multipleOf, exclusiveMinimum: minimum })),
      fc.tuple(fc.nat(20), fc.nat(20)).map(([minLength, span]) => ({ type: 'string', minLength, maxLength: minLength + span })),
      fc
        .constantFrom('^[a-z]+$', '^\\d{4}-\\d{2}$', '^(foo|bar)\\.[^.]+$', '[A-Z]{2,5}', '^\\w+([-.]\\w+)*@\\w+\\.(com|org)$')
        .map((pattern) => ({ type: 'string', pattern })),
    ),
    object: fc
      .record({
        properties: fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), tie('schema'), { maxKeys: 4 }),
        additionalProperties: fc.boolean(),
        type: fc.constant('object'),
      })
      .chain((made) => fc.subarray(Object.keys(made.properties)).map((required) => ({ ...made, required }))),
    list: fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(3) }),
    logic: fc.oneof(
      fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ allOf: fc.tuple(tie('object')) }),
      tie('object').map((inner) => ({ allOf: [inner, { type: 'object' }], description: 'merged' })),
    ),
    schema: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie('scalar'), tie('object'), tie('list'), tie('logic')),
  }),
)

describe('any schema', () => {
  it('has an instance that a validator accepts, and the same one again', () => {
    fc.assert(
      fc.property(schema, fc.option(fc.string(), { nil: undefined }), (given, words) => {
        const instance = schemaInstance(given, words)
        expect(problemsOf(given, instance)).toEqual([])
        expect(schemaInstance(given, words)).toEqual(instance)
      }),
      { numRuns: 200 },
    )
  })

  it.each<[string, JsonValue]>([
    ['refers to itself', { $ref: '#' }],
    ['needs itself', { type: 'object', required: ['next'], properties: { next: { $ref: '#' } } }],
    ['needs two of itself', { type: 'array', minItems: 2, items: { $ref: '#' } }],
    ['has nothing', false],
    ['contradicts itself', { allOf: [{ type: 'string' }, { type: 'integer' }] }],
    ['wants a million items', { type: 'array', minItems: 1e6 }],
    ['wants a long text', { type: 'string', minLength: 1e9 }],
    ['has a pattern that repeats a repetition', { type: 'string', pattern: '^((a{1000}){1000}){1000}$' }],
    ['has a pattern that is not read', { type: 'string', pattern: '^(?=x)y$' }],
    ['combines without end', { anyOf: Array.from({ length: 40 }, () => ({ allOf: [{ $ref: '#' }, { $ref: '#' }] })) }],
  ])('that %s ends without an instance', (_name, given) => {
    expect(schemaInstance(given)).toBeUndefined()
  })

  it('is answered at a bounded cost, and never by executing its patterns', () => {
    const slow = { type: 'string', pattern: '^(?!(a+)+$)a*!$', default: `${'a'.repeat(40)}b` }
    expect(schemaInstance(slow)).toBe('!')
    expect(schemaInstance({ properties: Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`p${at}`, {}])) })).toBeDefined()
  })

  it('that recurs ends where it can', () => {
    expect(schemaInstance({ $defs: { node }, ...node })).toEqual({
      value: 'value',
      next: { value: 'value', next: { value: 'value', next: {} } },
    })
  })
})
