import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeDeps, settle } from '../../testing/fake-deps.ts'
import { createSharedStream, type SharedStream, type StreamReader } from './shared-stream.ts'

interface Setup {
  readonly shared: SharedStream<string>
  readonly deps: ReturnType<typeof createFakeDeps>
  readonly reserved: () => number
  readonly ends: (readonly string[] | undefined)[]
  readonly closes: boolean[]
}

function setUp(pieces: readonly string[], maxBytes = 10, maxAllBytes = 1000): Setup {
  const deps = createFakeDeps()
  let reserved = 0
  const ends: (readonly string[] | undefined)[] = []
  const closes: boolean[] = []
  async function* source(): AsyncGenerator<string> {
    yield* pieces
  }
  const shared = createSharedStream(source(), {
    sizeOf: (batch) => batch.length,
    maxBytes,
    stallMs: 1000,
    setTimer: deps.setTimer,
    reserve: (bytes) => {
      if (reserved + bytes > maxAllBytes) return false
      reserved += bytes
      return true
    },
    release: (bytes) => {
      reserved -= bytes
    },
    onEnd: (batches) => ends.push(batches === undefined ? undefined : [...batches]),
    onClose: (whole) => closes.push(whole),
  })
  return { shared, deps, reserved: () => reserved, ends, closes }
}

function joined({ shared }: Setup): StreamReader<string> {
  const reader = shared.join()
  if (reader === undefined) throw new Error('nobody can join')
  return reader
}

async function readOn(reader: StreamReader<string>, count = Number.POSITIVE_INFINITY): Promise<string> {
  let text = ''
  for (let read = 0; read < count; read++) {
    const step = await reader.next()
    if (step.done === true) break
    text += step.value
  }
  return text
}

describe('a stream longer than what is kept', () => {
  it('goes on for those who read it, lets nobody join, and is not given out whole', async () => {
    const setup = setUp([...'abcdefghijklmnopqrst'])
    const reader = joined(setup)
    expect(await readOn(reader, 12)).toBe('abcdefghijkl')
    expect(setup.shared.join()).toBeUndefined()
    expect(await readOn(reader)).toBe('mnopqrst')
    expect(setup.ends).toEqual([undefined])
    expect(setup.closes).toEqual([true])
    expect(setup.reserved()).toBe(0)
  })

  it('waits for a slow reader, and goes on with it', async () => {
    const setup = setUp([...'abcdefghijklmnopqrst'])
    const [fast, slow] = [joined(setup), joined(setup)]
    const reading = readOn(fast)
    await settle()
    expect(await readOn(slow)).toBe('abcdefghijklmnopqrst')
    expect(await reading).toBe('abcdefghijklmnopqrst')
    expect(setup.deps.pendingTimers()).toBe(0)
  })

  it('cuts off a reader that does not read at all, so that it holds nobody up', async () => {
    const setup = setUp([...'abcdefghijklmnopqrst'])
    const [fast, stalled] = [joined(setup), joined(setup)]
    const reading = readOn(fast)
    // The fast one reads until the list is full, and waits.
    while (setup.deps.pendingTimers() === 0) await settle()
    await setup.deps.advance(999)
    expect(setup.ends).toEqual([])
    await setup.deps.advance(1)
    expect(await reading).toBe('abcdefghijklmnopqrst')
    await expect(stalled.next()).rejects.toMatchObject({ brand: '@proxyapi/error', code: 'request_timeout' })
  })

  it('is one too when all streams together keep too much', async () => {
    const setup = setUp([...'abcdefgh'], 100, 4)
    const reader = joined(setup)
    await readOn(reader, 5)
    expect(setup.shared.join()).toBeUndefined()
    expect(setup.reserved()).toBe(0)
    await readOn(reader)
    expect(setup.ends).toEqual([undefined])
  })
})

describe('readers of a shared stream', () => {
  it('all get the same, in order, whenever they read, join and leave', async () => {
    const step = fc.record({ reader: fc.nat(4), act: fc.constantFrom('read', 'read', 'read', 'join', 'leave') })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const setup = setUp([...'abcdefghijklmnop'], 100)
        const readers: { reader: StreamReader<string>; text: string; left: boolean }[] = [{ reader: joined(setup), text: '', left: false }]
        for (const { reader: which, act } of steps) {
          const one = readers[which % readers.length]
          const joining = act === 'join' ? setup.shared.join() : undefined
          if (joining !== undefined) readers.push({ reader: joining, text: '', left: false })
          if (one === undefined || one.left) continue
          if (act === 'leave') {
            one.left = true
            one.reader.leave(new Error('left'))
          }
          if (act === 'read') one.text += await readOn(one.reader, 1)
        }
        for (const one of readers) if (!one.left) one.text += await readOn(one.reader)
        for (const { text, left } of readers) expect('abcdefghijklmnop'.startsWith(text) && (left || text.length === 16)).toBe(true)
        expect(setup.reserved()).toBe(0)
        expect(setup.closes).toHaveLength(1)
      }),
    )
  })

  it('who leaves while waiting is told why', async () => {
    const setup = setUp([])
    const never = createSharedStream(
      { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) },
      {
        sizeOf: () => 1,
        maxBytes: 10,
        stallMs: 1000,
        setTimer: setup.deps.setTimer,
        reserve: () => true,
        release: () => undefined,
        onEnd: () => undefined,
        onClose: () => undefined,
      },
    )
    const reader = never.join()
    const reading = reader?.next()
    reader?.leave(new Error('the client left'))
    await expect(Promise.race([reading, settle().then(() => 'still waiting')])).rejects.toThrow('the client left')
  })
})
