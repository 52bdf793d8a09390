import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFetchTable } from './fetch-table.ts'

describe('a table of what is under way', () => {
  it('does what a map does', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), value: fc.option(fc.integer(), { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const table = createFetchTable<number>()
        const model = new Map<string, number>()
        for (const { key, value } of steps) {
          if (value === undefined) {
            table.delete(key)
            model.delete(key)
          } else {
            table.set(key, value)
            model.set(key, value)
          }
          expect(table.size()).toBe(model.size)
          for (const one of ['a', 'b', 'c', 'd']) expect(table.get(one)).toBe(model.get(one))
        }
      }),
    )
  })
})
