import { expect, it } from 'vitest'
import { drop, newShelf, put } from './vector-shelf.ts'

it('a shelf keeps nothing of an entry that is dropped', () => {
  const shelf = newShelf()
  put(shelf, 'a', { key: 'x', vector: [1, 0], expiresAtMs: 1 })
  const held = shelf.byKey.get('x')
  const freed = held && drop(shelf, held)
  expect(freed).toBeGreaterThan(0)
  expect([shelf.byKey.size, shelf.byId.size, shelf.scopes.size, shelf.vectors?.toJSON().vectors, shelf.bytes]).toEqual([0, 0, 0, [], 0])
})
