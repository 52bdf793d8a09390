import { expect, it } from 'vitest'
import { toGeminiSchema } from './schema.ts'

it.each([
  ['drops what Gemini refuses', { $schema: 's', type: 'integer', examples: [1] }, { type: 'integer' }],
  [
    'says bounds that Gemini refuses',
    { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9, description: 'A digit.' },
    { type: 'integer', description: 'A digit. (more than 0 and less than 9)' },
  ],
  ['says a constant as a choice of one', { const: 'a' }, { enum: ['a'], type: 'string' }],
  ['keeps the type of a constant', { type: 'number', const: 1 }, { type: 'number', enum: [1] }],
  [
    'knows the types of constants',
    { anyOf: [{ const: null }, { const: true }, { const: 1.5 }, { const: 2 }] },
    {
      anyOf: [
        { enum: [null], type: 'null' },
        { enum: [true], type: 'boolean' },
        { enum: [1.5], type: 'number' },
        { enum: [2], type: 'integer' },
      ],
    },
  ],
  ['keeps known formats', { type: 'string', format: 'date-time' }, { type: 'string', format: 'date-time' }],
  [
    'says other formats to the model',
    { type: 'string', format: 'email', description: 'Who' },
    { type: 'string', description: 'Who (format: email)' },
  ],
  ['says a format alone', { type: 'string', format: 'uri' }, { type: 'string', description: 'format: uri' }],
  ['leaves the formats of numbers', { type: 'integer', format: 'int64' }, { type: 'integer', format: 'int64' }],
  [
    'takes no property for a keyword',
    { type: 'object', properties: { const: { type: 'string' }, examples: { const: 1 } }, required: ['const'], additionalProperties: false },
    {
      type: 'object',
      properties: { const: { type: 'string' }, examples: { enum: [1], type: 'integer' } },
      required: ['const'],
      additionalProperties: false,
    },
  ],
  [
    'goes down into lists, maps and definitions',
    { $defs: { a: { $schema: 's' } }, items: { $comment: 'c' }, prefixItems: [{ discriminator: {} }] },
    { $defs: { a: {} }, items: {}, prefixItems: [{}] },
  ],
  [
    'leaves what it does not know',
    { enum: ['a'], default: { const: 1 }, items: true, anyOf: 7 },
    { enum: ['a'], default: { const: 1 }, items: true, anyOf: 7 },
  ],
] as const)('%s', (_name, schema, cleaned) => {
  expect(toGeminiSchema(schema)).toEqual(cleaned)
})
