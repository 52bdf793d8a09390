import { createLogger } from '@proxyapi/logging'
import { expect, it } from 'vitest'
import { createWorkerPool, replacementMs } from './worker-pool.ts'
import type { WorkerListener } from './worker-process.ts'

interface FakeWorker extends WorkerListener {
  readonly sent: unknown[]
  readonly killed: string[]
}

interface World {
  readonly workers: FakeWorker[]
  readonly lines: string[]
  readonly pool: ReturnType<typeof createWorkerPool>
  /** Lets time go on, and calls what was due. */
  readonly pass: (ms: number) => Promise<void>
  readonly ready: (index: number) => void
}

function createWorld(): World {
  const workers: FakeWorker[] = []
  const lines: string[] = []
  let nowMs = 0
  let timers: { readonly atMs: number; readonly callback: () => void }[] = []
  const pool = createWorkerPool(
    {
      fork: (listener) => {
        const worker: FakeWorker = { ...listener, sent: [], killed: [] }
        workers.push(worker)
        return { pid: workers.length, post: (message) => worker.sent.push(message), kill: (signal) => worker.killed.push(signal) }
      },
      logger: createLogger({ level: 'INFO', format: 'json', write: (line) => lines.push(line), now: () => nowMs }),
      startOf: () => {
        throw new Error('no worker asks here')
      },
      serve: () => ({ questions: {}, topics: {}, onEnded: () => undefined }),
      graceMs: 1_000,
    },
    {
      now: () => nowMs,
      setTimer: (callback, ms) => {
        const timer = { atMs: nowMs + ms, callback }
        timers.push(timer)
        return () => {
          timers = timers.filter((one) => one !== timer)
        }
      },
    },
  )
  return {
    ...{ workers, lines, pool },
    pass: async (ms) => {
      nowMs += ms
      const due = timers.filter(({ atMs }) => atMs <= nowMs)
      timers = timers.filter(({ atMs }) => atMs > nowMs)
      for (const { callback } of due) callback()
      await Promise.resolve()
    },
    ready: (index) => workers[index]?.onMessage({ type: 'tell', topic: 'ready', value: { host: '127.0.0.1', port: 1 } }),
  }
}

async function started(count: number): Promise<World> {
  const world = createWorld()
  const start = world.pool.start(count)
  for (let index = 0; index < count; index++) world.ready(index)
  await start
  return world
}

it.each([
  [0, 0],
  [1, 100],
  [2, 200],
  [5, 1_600],
  [9, 25_600],
  [10, 30_000],
  [50, 30_000],
])('waits after %i short lives for %i ms', (failures, ms) => {
  expect(replacementMs(failures)).toBe(ms)
})

it('replaces a worker that has run for long at once, and one that ends soon later and later', async () => {
  const { pool, workers, pass, ready } = await started(1)
  await pass(60_000)
  workers[0]?.onExit(null, 'SIGKILL')
  expect(pool.count()).toBe(0)
  await pass(0)
  expect(workers).toHaveLength(2)
  ready(1)
  expect(pool.count()).toBe(1)
  workers[1]?.onExit(1, null)
  await pass(99)
  expect(workers).toHaveLength(2)
  await pass(1)
  expect(workers).toHaveLength(3)
  workers[2]?.onExit(1, null)
  await pass(199)
  expect(workers).toHaveLength(3)
  await pass(1)
  expect(workers).toHaveLength(4)
})

it('says why the first workers could not start, and replaces none of them', async () => {
  const { pool, workers, pass } = createWorld()
  const start = pool.start(1)
  workers[0]?.onMessage({ type: 'tell', topic: 'failed', value: { message: 'in use', code: 'EADDRINUSE' } })
  workers[0]?.onExit(1, null)
  await expect(start).rejects.toMatchObject({ message: 'in use', code: 'EADDRINUSE' })
  await pass(60_000)
  expect(workers).toHaveLength(1)
})

it('keeps the old worker where the next one can’t start', async () => {
  const { pool, workers, pass } = await started(1)
  const restart = pool.restart()
  workers[1]?.onMessage({ type: 'tell', topic: 'failed', value: { message: 'no' } })
  workers[1]?.onExit(1, null)
  await expect(restart).rejects.toThrow('no')
  await pass(60_000)
  expect(pool.count()).toBe(1)
  expect(workers).toHaveLength(2)
  expect(workers[0]?.sent).not.toContainEqual(expect.objectContaining({ topic: 'retire' }))
})

it('ends workers that do not end by themselves', async () => {
  const { pool, workers, pass } = await started(2)
  const stop = pool.stop()
  workers[0]?.onExit(0, null)
  await pass(6_000)
  expect(workers[1]?.killed).toEqual(['SIGKILL'])
  workers[1]?.onExit(null, 'SIGKILL')
  await stop
})
