import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { systemDeps } from '../deps.ts'
import { callWith, requestOf } from '../record/__fixtures__/call.ts'
import { drawMixedCalls } from '../record/__fixtures__/mixed-calls.ts'
import { type RequestCells, toRequestCells } from '../record/request-cells.ts'
import type { Recorder } from '../recorder/recorder.ts'
import { createStoreWorld, type StoreWorld } from '../sqlite/__fixtures__/store-world.ts'
import { createReader } from '../sqlite/reader.ts'
import { type Built, buildPrograms } from './__fixtures__/built.ts'
import { createWorkerRecorder, type WorkerRecorderOptions } from './create-worker-recorder.ts'
import type { ToRecorder } from './messages.ts'
import { createStartThread, type StartRecorderThread, type ThreadListener } from './recorder-thread.ts'

const secret = 'a secret of the server'
const noFigures = {
  queued: 0,
  written: 0,
  failures: 0,
  isFailing: false,
  setAside: 0,
  dropped: { queue: 0, store: 0, worker: 0, audit: 0 },
}

describe('a recorder in a thread of its own', () => {
  let built: Built
  let directory: string
  let recorder: Recorder
  let lines: string[]
  beforeAll(() => {
    built = buildPrograms(['node/recorder-worker.ts'])
  }, 60_000)
  afterAll(() => built.remove())
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'proxyapi-worker-'))
    lines = []
    recorder = createWorkerRecorder({
      ...{ file: join(directory, 'records.db'), secret, masker: { secrets: ['hunter2-very-secret'] } },
      log: { write: (text) => lines.push(text) },
      startThread: createStartThread(join(built.directory, 'recorder-worker.js')),
    })
  })
  afterEach(async () => {
    await recorder.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('answers of what was pushed before, to the nano-dollar', async () => {
    const calls = drawMixedCalls(2_000, 5, systemDeps.now() - 72 * 3_600_000)
    for (const { receipt } of calls) recorder.push(requestOf(receipt))
    const rows = await recorder.analytics({ groupBy: 'provider' })
    const cost = calls.reduce((sum, { receipt }) => sum + BigInt(receipt.costNanoUsd ?? 0), 0n)
    expect(rows.reduce((sum, row) => sum + BigInt(row.costNanoUsd), 0n)).toBe(cost)
    expect(await recorder.receipt('call-7', { role: 'admin' })).toMatchObject({ id: 'call-7' })
    expect(recorder.figures()).toEqual({ ...noFigures, written: 2_000 })
  })

  it('hides secrets that it learns later, also in what it has seen before', async () => {
    const receipt = callWith({ requestedModel: 'a-secret-that-comes-later' })
    recorder.push(requestOf(receipt))
    await recorder.flush()
    const before = lines.join('')
    await recorder.addSecrets(['a-secret-that-comes-later'])
    lines = []
    recorder.push(requestOf(receipt))
    await recorder.flush()
    expect([before.includes('a-secret-that-comes-later'), lines.join('').includes('a-secret-that-comes-later')]).toEqual([true, false])
  })

  it('hides what a client invented, and writes the lines where it is told to', async () => {
    recorder.push(requestOf(callWith({ requestedModel: 'hunter2-very-secret', tags: ['hunter2-very-secret'] })))
    await recorder.flush()
    const [row] = (await recorder.requests({})).requests
    expect(JSON.stringify([lines, row])).not.toContain('hunter2')
    expect(JSON.parse(lines.join(''))).toMatchObject({ message: 'Request processed', extra_data: { model: '***' } })
  })

  it('has an audit event on disk when it says so', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => recorder.audit({ action: 'a', object: String(index), outcome: 'success' })))
    expect(await recorder.verifyAudit()).toMatchObject({ ok: true, entries: 50 })
    expect((await recorder.auditRecords({})).total).toBe(50)
  })

  it('ends by itself when it is closed', async () => {
    const start = createStartThread(join(built.directory, 'recorder-worker.js'))
    const ended = new Promise<void>((resolve) => {
      const startThread: StartRecorderThread = (data, { onMessage }) => start(data, { onMessage, onExit: resolve })
      const other = createWorkerRecorder({ file: join(directory, 'other.db'), secret, startThread })
      other.push(requestOf(callWith({ id: 'r1' })))
      void other.close()
    })
    await ended
  })

  it('ends after its statements when it fails, with what it had on disk', async () => {
    const file = join(directory, 'other.db')
    const nowMs = systemDeps.now() // older ones would be swept
    const call = callWith({ id: 'r1', startedAtMs: nowMs, endedAtMs: nowMs })
    const data = { file, secret, masker: {}, audit: undefined, retention: undefined, log: undefined }
    await new Promise<void>((resolve) => {
      const thread = createStartThread(join(built.directory, 'recorder-worker.js'))(data, { onMessage: () => undefined, onExit: resolve })
      thread.post({ type: 'requests', requests: [toRequestCells(requestOf(call))] })
      thread.post({ type: 'requests', requests: [null as unknown as RequestCells] }) // what no sender sends
    })
    const reader = createReader('records', file)
    expect(await reader.all('SELECT id FROM requests')).toEqual([{ id: 'r1' }])
    await reader.close()
  })

  it('passes on why something can’t be done', async () => {
    await expect(recorder.analytics({ groupBy: 'colour' as 'day' })).rejects.toThrow(`Usage can't be grouped by "colour"`)
  })
})

describe('a thread that misbehaves', () => {
  let world: StoreWorld
  let started: { readonly listener: ThreadListener; readonly posted: ToRecorder[]; isHeld: boolean }[]
  beforeEach(async () => {
    world = await createStoreWorld()
    started = []
  })
  afterEach(() => world.remove())

  const startThread: StartRecorderThread = (_data, listener) => {
    const thread = { listener, posted: [] as ToRecorder[], isHeld: false }
    started.push(thread)
    return {
      post: (message) => thread.posted.push(message),
      hold: (isHeld) => {
        thread.isHeld = isHeld
      },
    }
  }
  const open = (options: Partial<WorkerRecorderOptions> = {}): Recorder =>
    createWorkerRecorder({ file: 'records.db', secret, startThread, ...options }, world.deps)
  const push = (recorder: Recorder, count: number): void => {
    for (let index = 0; index < count; index++) recorder.push(requestOf(callWith({ id: `r${index}` })))
  }
  const sentTo = (index: number): number =>
    (started[index]?.posted ?? []).reduce((sum, message) => sum + (message.type === 'requests' ? message.requests.length : 0), 0)

  it('is sent requests together, after a while or when there are many', () => {
    const recorder = open()
    push(recorder, 10)
    expect(sentTo(0)).toBe(0)
    world.advance(40)
    expect(sentTo(0)).toBe(10)
    push(recorder, 256)
    expect(sentTo(0)).toBe(266)
  })

  it('and hangs: what does not fit is dropped and counted, and another thread takes over when it has ended by itself', async () => {
    const recorder = open({ maxQueued: 1_000, hangAfterMs: 10_000 })
    push(recorder, 5_000)
    world.advance(40)
    expect(recorder.figures()).toMatchObject({ queued: 1_000, dropped: { queue: 4_000 } })
    world.advance(10_000)
    expect(started[0]?.posted.at(-1)).toMatchObject({ type: 'ask', method: 'close' })
    expect(recorder.figures()).toMatchObject({ queued: 0, dropped: { queue: 4_000, worker: 1_000 } })
    push(recorder, 300)
    started[0]?.listener.onMessage({ type: 'taken', requests: 1_000, figures: { ...noFigures, written: 1_000 } })
    world.advance(60_000)
    expect([started.length, recorder.figures().written, recorder.figures().queued]).toEqual([1, 0, 300])
    started[0]?.listener.onExit()
    world.advance(100)
    await Promise.resolve()
    expect([started.length, sentTo(1)]).toEqual([2, 300])
    expect(recorder.figures()).toMatchObject({ dropped: { queue: 4_000, worker: 1_000 } })
  })

  it('and hangs with a question open: the question fails, and the process may end', async () => {
    const recorder = open({ hangAfterMs: 10_000 })
    const asked = recorder.audit({ action: 'a', outcome: 'success' })
    expect(started[0]?.isHeld).toBe(true)
    world.advance(10_000)
    await expect(asked).rejects.toMatchObject({ code: 'storage_unavailable', retryable: true })
    expect([started[0]?.isHeld, recorder.figures().dropped.audit]).toEqual([false, 1])
  })

  it('is not taken for hung when it is asked after a silence', () => {
    const recorder = open({ hangAfterMs: 10_000 })
    const taken = (): void => started[0]?.listener.onMessage({ type: 'taken', requests: 1, figures: noFigures })
    push(recorder, 1)
    world.advance(9_000)
    taken()
    push(recorder, 1)
    world.advance(1_040)
    taken()
    world.advance(9_900)
    void recorder.flush().catch(() => undefined)
    world.advance(1_000)
    expect(started[0]?.posted.some((message) => message.type === 'ask' && message.method === 'close')).toBe(false)
  })

  it('and hangs while it is closed: that takes 10 s, and what it held is counted', async () => {
    const recorder = open()
    push(recorder, 30)
    const closed = recorder.close()
    expect(started[0]?.isHeld).toBe(true)
    world.advance(10_000)
    await closed
    world.advance(60_000)
    expect([started.length, started[0]?.isHeld, recorder.figures().dropped.worker]).toEqual([1, false, 30])
  })

  it('and dies: what it held is counted, what comes meanwhile waits for the next', async () => {
    const recorder = open()
    const asked = recorder.audit({ action: 'a', outcome: 'success' })
    push(recorder, 300)
    started[0]?.listener.onMessage({ type: 'taken', requests: 256, figures: { ...noFigures, written: 200, queued: 56 } })
    started[0]?.listener.onExit()
    await expect(asked).rejects.toMatchObject({ code: 'storage_unavailable', retryable: true })
    push(recorder, 20)
    expect(recorder.figures()).toMatchObject({ written: 200, dropped: { worker: 56, audit: 1 } })
    await expect(recorder.flush()).rejects.toMatchObject({ code: 'storage_unavailable' })
    world.advance(100)
    await Promise.resolve()
    expect([started.length, sentTo(1)]).toEqual([2, 64])
  })

  it('and dies at once, again and again: it is started less and less often', () => {
    open()
    const waits: number[] = []
    for (let death = 0; death < 12; death++) {
      started[death]?.listener.onExit()
      let waited = 0
      while (started.length === death + 1) {
        world.advance(100)
        waited += 100
      }
      waits.push(waited)
    }
    expect(waits.slice(0, 4)).toEqual([100, 200, 400, 800])
    expect(Math.max(...waits)).toBe(30_000)
  })
})
