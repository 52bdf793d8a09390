import { describe, expect, it } from 'vitest'
import { configJsonSchema } from './config-json-schema.ts'

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
}

const schema = configJsonSchema() as Schema

function at(path: readonly string[]): Schema | undefined {
  return path.reduce<Schema | undefined>((found, step) => (step === '[]' ? found?.items : found?.properties?.[step]), schema)
}

describe('the JSON Schema of the configuration', () => {
  it.each<[string, readonly string[], object]>([
    ['a number, or a reference', ['server', 'port'], { anyOf: [{ type: 'integer', minimum: 0, maximum: 65_535 }, { type: 'string' }] }],
    ['a flag, or a reference', ['caching', 'enabled'], { anyOf: [{ type: 'boolean' }, { type: 'string' }] }],
    [
      'a choice, or a reference',
      ['routing', 'strategy'],
      { anyOf: [{ enum: expect.arrayContaining(['round_robin', 'cost_optimized']) }, { type: 'string' }] },
    ],
    ['a secret', ['providers', '[]', 'api_key'], { type: 'string', writeOnly: true }],
  ])('knows %s', (_what, path, expected) => {
    expect(at(path)).toMatchObject(expected)
  })

  it('requires nothing that has a default, and refuses what there is not', () => {
    expect([schema.required, schema.additionalProperties, at(['server'])?.required, at(['providers', '[]'])?.required]).toEqual([
      [],
      false,
      [],
      ['name'],
    ])
  })

  it('lets a file name its schema', () => {
    expect(at(['$schema'])).toEqual({ type: 'string' })
  })
})
