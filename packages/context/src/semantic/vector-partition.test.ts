import { expect, it } from 'vitest'
import { createVectorPartition, drop, put } from './vector-partition.ts'

it('a partition keeps nothing of an entry that is dropped', () => {
  const partition = createVectorPartition()
  put(partition, 'a', { key: 'x', vector: [1, 0], expiresAtMs: 1 })
  const indexed = partition.byKey.get('x')
  const freed = indexed && drop(partition, indexed)
  expect(freed).toBeGreaterThan(0)
  expect([partition.byKey.size, partition.byId.size, partition.scopes.size, partition.vectors?.toJSON().vectors, partition.bytes]).toEqual([
    0,
    0,
    0,
    [],
    0,
  ])
})
