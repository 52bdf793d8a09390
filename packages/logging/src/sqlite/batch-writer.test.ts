import { afterEach, beforeEach, expect, it } from 'vitest'
import { createStoreWorld, type StoreWorld } from './__fixtures__/store-world.ts'
import { type BatchWriter, createBatchWriter } from './batch-writer.ts'
import { StorageError } from './storage-error.ts'

let world: StoreWorld
beforeEach(async () => {
  world = await createStoreWorld()
})
afterEach(() => world.remove())

function writerTo(write: (batch: readonly number[]) => Promise<void>): BatchWriter<number> {
  return createBatchWriter({ write, flushAfterMs: 500, maxBatch: 3, maxHeld: 5 }, world.deps)
}

/** Lets what is pending in promises happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('writes after the wait, or when a batch is full', async () => {
  const batches: (readonly number[])[] = []
  const writer = writerTo(async (batch) => void batches.push(batch))
  writer.add(1)
  await settle()
  expect(batches).toEqual([])
  world.advance(500)
  await settle()
  for (const item of [2, 3, 4]) writer.add(item)
  await settle()
  expect(batches).toEqual([[1], [2, 3, 4]])
  expect(writer.figures()).toEqual({ held: 0, written: 4, dropped: 0, failures: 0, isFailing: false })
})

it('keeps what a failing store did not take, tries ever less often, and drops what has no room', async () => {
  let works = false
  const batches: (readonly number[])[] = []
  const writer = writerTo(async (batch) => {
    if (!works) throw new StorageError({ message: 'full', reason: 'SQLITE_FULL' })
    batches.push(batch)
  })
  for (const item of [1, 2, 3, 4, 5, 6, 7]) writer.add(item)
  await settle()
  expect(writer.figures()).toEqual({ held: 5, written: 0, dropped: 2, failures: 1, isFailing: true })
  await expect(writer.flush()).rejects.toThrow('full')
  world.advance(1000)
  await settle()
  expect(writer.figures()).toMatchObject({ failures: 3 })
  works = true
  world.advance(2000)
  await settle()
  expect(batches).toEqual([])
  world.advance(2000)
  await settle()
  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ])
})

it('drops a batch that no repetition can save, and goes on with the next', async () => {
  const batches: (readonly number[])[] = []
  const writer = writerTo(async (batch) => {
    if (batch.includes(2)) throw new StorageError({ message: 'no such table', reason: 'SQLITE_ERROR', retryable: false })
    batches.push(batch)
  })
  for (const item of [1, 2, 3, 4]) writer.add(item)
  await writer.flush()
  expect(batches).toEqual([[4]])
  expect(writer.figures()).toEqual({ held: 0, written: 1, dropped: 3, failures: 1, isFailing: false })
})

it('finds the item that a store can’t take, and loses only that', async () => {
  const written: number[] = []
  const write = async (batch: readonly number[]): Promise<void> => {
    if (batch.includes(6)) throw new StorageError({ message: 'no', reason: 'SQLITE_CONSTRAINT', retryable: false })
    written.push(...batch)
  }
  const writer = createBatchWriter<number>({ write, flushAfterMs: 500, maxBatch: 8, maxHeld: 20 }, world.deps)
  for (const item of [1, 2, 3, 4, 5, 6, 7]) writer.add(item)
  await writer.flush()
  expect(written).toEqual([1, 2, 3, 4, 5, 7])
  expect(writer.figures()).toMatchObject({ held: 0, written: 6, dropped: 1 })
})

it('tries once more when it is closed, counts what is lost, and leaves no timer', async () => {
  const writer = writerTo(() => Promise.reject(new StorageError({ message: 'locked', reason: 'SQLITE_BUSY' })))
  writer.add(1)
  await writer.close()
  writer.add(2)
  expect(writer.figures()).toEqual({ held: 0, written: 0, dropped: 2, failures: 1, isFailing: true })
  expect(world.timers()).toBe(0)
})
