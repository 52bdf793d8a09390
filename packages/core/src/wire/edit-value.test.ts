import fc from 'fast-check'
import { expect, it } from 'vitest'
import { editJson, type JsonEdit } from './edit-json.ts'
import { editValue } from './edit-value.ts'

it.each<[object, readonly JsonEdit[], object]>([
  [{ a: 1, b: 2 }, [], { a: 1, b: 2 }],
  [{ a: 1, b: 2 }, [{ path: ['a'], text: undefined }], { b: 2 }],
  [
    { a: [1, { b: 2, c: 3 }, 4] },
    [
      { path: ['a', 1, 'b'], text: undefined },
      { path: ['a', 0], text: '"x"' },
    ],
    { a: ['x', { c: 3 }, 4] },
  ],
  [
    { a: [1, 2, 3] },
    [
      { path: ['a', 0], text: undefined },
      { path: ['a', 2], text: undefined },
    ],
    { a: [2] },
  ],
  [{ a: 1 }, [{ path: ['b', 'c'], text: undefined }], { a: 1 }],
])('edits %j by %j', (object, edits, expected) => {
  expect(editValue(object as Parameters<typeof editValue>[0], edits)).toEqual(expected)
})

it('does to a value what is done to its bytes', () => {
  const names = fc.constantFrom('a', 'b', 'c')
  const value = fc.dictionary(names, fc.array(fc.dictionary(names, fc.oneof(fc.string(), fc.nat()), { minKeys: 1 }), { maxLength: 4 }))
  fc.assert(
    fc.property(value, fc.infiniteStream(fc.constantFrom('keep', 'remove', 'replace')), (object, choices) => {
      const edits = Object.entries(object).flatMap(([name, items]) =>
        items.flatMap((item, place) =>
          Object.keys(item).flatMap((key): JsonEdit[] => {
            const choice: string = choices.next().value
            return choice === 'keep' ? [] : [{ path: [name, place, key], text: choice === 'remove' ? undefined : '"new"' }]
          }),
        ),
      )
      const bytes = editJson(new TextEncoder().encode(JSON.stringify(object)), edits)
      expect(bytes).toBeDefined()
      expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(editValue(object, edits))
    }),
  )
})
