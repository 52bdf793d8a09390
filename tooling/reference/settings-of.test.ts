import { expect, it } from 'vitest'
import { settingsOf } from './settings-of.ts'

const text = { type: 'string' }
const optional = (wrapped: object, usual?: unknown): object => ({ type: 'optional', wrapped, default: usual })
const section = (entries: object): object => ({ type: 'strict_object', entries })
const pipe = (...parts: readonly object[]): object => ({ ...parts[0], pipe: parts })

it.each<[string, object, readonly object[]]>([
  [
    'a number with bounds',
    optional(
      pipe({ type: 'number' }, { type: 'integer' }, { type: 'min_value', requirement: 1 }, { type: 'max_value', requirement: 9 }),
      2,
    ),
    [{ path: 'x', type: 'integer', usual: '`2`', isRequired: false, allowed: '1 to 9' }],
  ],
  [
    'what a check says, with an example of an address that is no link',
    pipe(text, { type: 'check', kind: 'validation', message: 'an origin such as https://app.example' }),
    [{ path: 'x', type: 'text', usual: undefined, isRequired: true, allowed: 'an origin such as `https://app.example`' }],
  ],
  [
    'a secret',
    optional(pipe(text, { type: 'metadata', metadata: { isSecret: true } }), ''),
    [{ path: 'x', type: 'secret', usual: 'empty', isRequired: false, allowed: '' }],
  ],
  [
    'sections to choose from, whose common members stand once',
    {
      type: 'array',
      item: {
        type: 'variant',
        options: [
          section({ type: { type: 'literal', literal: 'a' }, action: optional({ type: 'picklist', options: ['flag', 'block'] }, 'flag') }),
          section({ type: { type: 'literal', literal: 'b' }, action: optional({ type: 'picklist', options: ['flag', 'block'] }, 'block') }),
        ],
      },
    },
    [
      { path: 'x', type: 'list of sections', usual: undefined, isRequired: true, allowed: '' },
      { path: 'x[].type', type: 'text', usual: undefined, isRequired: true, allowed: '`a`, `b`' },
      { path: 'x[].action', type: 'text', usual: '`flag` or `block`', isRequired: false, allowed: '`flag`, `block`' },
    ],
  ],
  [
    'values of a mapping',
    optional({ type: 'record', key: text, value: section({ y: optional({ type: 'boolean' }, true) }) }, {}),
    [
      { path: 'x', type: 'mapping', usual: '`{}`', isRequired: false, allowed: '' },
      { path: 'x.{name}.y', type: 'boolean', usual: '`true`', isRequired: false, allowed: '' },
    ],
  ],
])('reads %s', (_what, schema, expected) => {
  expect(settingsOf(section({ x: schema })).get('x')).toEqual(expected)
})
