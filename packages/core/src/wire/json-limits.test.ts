import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exceededJsonLimit } from './json-limits.ts'

const limits = { maxDepth: 3, maxContainers: 5, maxMembers: 4 }

interface Shape {
  depth: number
  containers: number
  members: number
}

/** The same figures from the parsed value. */
function shapeOf(value: unknown): Shape {
  if (typeof value !== 'object' || value === null) return { depth: 0, containers: 0, members: 0 }
  const inner = Object.values(value).map(shapeOf)
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    containers: inner.reduce((sum, { containers }) => sum + containers, 1),
    members: inner.reduce((sum, { members }) => sum + members, Math.max(0, inner.length - 1)),
  }
}

describe('the limits of a JSON text', () => {
  it.each([
    ['[[[1]]]', undefined],
    ['[[[[1]]]]', 'maxDepth'],
    ['[{},{},{},{}]', undefined],
    ['[{},{},{},[],{}]', 'maxContainers'],
    ['[1,2,3,4,5]', undefined],
    ['[1,2,3,4,5,6]', 'maxMembers'],
    ['{"a":"[[[[[,,,,,,{{{{{"}', undefined],
    ['{"a":"\\"[[[[[","b":"\\\\"}', undefined],
    ['["never ends [[[[[', undefined],
    ['', undefined],
  ])('%s: %s', (text, exceeded) => {
    expect(exceededJsonLimit(text, limits)).toBe(exceeded)
  })

  it('are exact for any JSON, however its strings are escaped', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        const { depth, containers, members } = shapeOf(JSON.parse(text))
        expect(exceededJsonLimit(text, { maxDepth: depth, maxContainers: containers, maxMembers: members })).toBeUndefined()
        if (containers > 0)
          expect(exceededJsonLimit(text, { maxDepth: depth - 1, maxContainers: containers, maxMembers: members })).toBe('maxDepth')
        if (containers > 0)
          expect(exceededJsonLimit(text, { maxDepth: depth, maxContainers: containers - 1, maxMembers: members })).toBe('maxContainers')
        if (members > 0)
          expect(exceededJsonLimit(text, { maxDepth: depth, maxContainers: containers, maxMembers: members - 1 })).toBe('maxMembers')
      }),
    )
  })
})
