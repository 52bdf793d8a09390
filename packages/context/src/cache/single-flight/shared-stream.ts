/*
 * One source read by many: each reader gets everything from the start, in order, at its own pace.
 *
 * The idea: what has come is kept in one list; a reader that has reached its end asks the source for more, and all who
 * wait get the same. So the fastest reader sets the pace, and a source without readers is not read. While the list is
 * under its limit, readers may still join; past it, what all have read is dropped, no reader may join any more, and the
 * fastest waits for the slowest, which is cut off when it stalls. The last reader to leave closes the source.
 * Invariant: bytes kept never exceed the limit by more than one batch. Cost: O(1) a batch and reader.
 */
export interface SharedStreamOptions<Batch> {
  readonly sizeOf: (batch: Batch) => number
  /** Takes `bytes` from what all streams may keep together; `false` when there is no more. */
  readonly reserve: (bytes: number) => boolean
  readonly release: (bytes: number) => void
  readonly maxBytes: number
  /** How long the others wait for a reader that does not read, once the list is full. */
  readonly stallMs: number
  readonly setTimer: (callback: () => void, ms: number) => () => void
  /** The source has ended well; `batches` is everything it gave, or `undefined` when that was too much to keep. */
  readonly onEnd: (batches: readonly Batch[] | undefined) => void
  /** The stream is over and cannot be joined; `whole` says whether it ended well. */
  readonly onClose: (whole: boolean) => void
}

/** A reader took too long while others waited for it. Branded like every error of ProxyAPI. */
class SlowReaderError extends Error {
  override readonly name = 'SlowReaderError'
  readonly brand = '@proxyapi/error'
  readonly code = 'request_timeout'
  readonly retryable = false
}

/** Reads a shared stream once. A reader that does not read to the end must `leave`, or the source stays open. */
export interface StreamReader<Batch> {
  readonly next: () => Promise<IteratorResult<Batch, undefined>>
  /** A step that is being waited for, and every later one, then fails with `reason`. */
  readonly leave: (reason: unknown) => void
}

export interface SharedStream<Batch> {
  /** A new reader from the start; `undefined` when the start is no longer kept or the stream is over. */
  readonly join: () => StreamReader<Batch> | undefined
}

interface Reader {
  /** Of the next batch to read, counted from the start of the stream. */
  position: number
  failure?: unknown
  failed: boolean
  /** Ends the wait for the next batch, whatever has happened. */
  waker?: (() => void) | undefined
}

type Ending = { readonly type: 'end' } | { readonly type: 'error'; readonly error: unknown }

interface State<Batch> {
  readonly options: SharedStreamOptions<Batch>
  readonly source: AsyncIterator<Batch>
  readonly readers: Set<Reader>
  readonly batches: Batch[]
  /** How many batches were dropped from the front of the list. */
  dropped: number
  keptBytes: number
  /** Set once more has come than is kept: from then on no reader can join. */
  overflowed: boolean
  ending?: Ending | undefined
  isPulling: boolean
  /** Ends the wait for room in the list. */
  roomWaker?: (() => void) | undefined
}

function finish<Batch>(state: State<Batch>, ending: Ending): void {
  if (state.ending !== undefined) return
  state.ending = ending
  if (ending.type === 'end') state.options.onEnd(state.overflowed ? undefined : state.batches)
  state.options.onClose(ending.type === 'end')
  wake(state)
}

/** Lets all who wait look again. */
function wake<Batch>(state: State<Batch>): void {
  for (const reader of state.readers) wakeReader(reader)
  state.roomWaker?.()
}

function wakeReader(reader: Reader): void {
  const { waker } = reader
  reader.waker = undefined
  waker?.()
}

function keep<Batch>(state: State<Batch>, batch: Batch): void {
  const { sizeOf, maxBytes, reserve } = state.options
  const bytes = sizeOf(batch)
  state.batches.push(batch)
  state.keptBytes += bytes
  if (state.overflowed) return
  if (state.keptBytes <= maxBytes && reserve(bytes)) return
  state.overflowed = true
  state.options.release(state.keptBytes - bytes)
}

function drop<Batch>(state: State<Batch>): void {
  if (!state.overflowed || state.readers.size === 0) return
  const slowest = Math.min(...[...state.readers].map(({ position }) => position))
  const gone = state.batches.splice(0, slowest - state.dropped)
  state.dropped += gone.length
  for (const batch of gone) state.keptBytes -= state.options.sizeOf(batch)
  if (gone.length > 0) state.roomWaker?.()
}

function isFull<Batch>({ overflowed, keptBytes, options }: State<Batch>): boolean {
  return overflowed && keptBytes > options.maxBytes
}

/** Waits for the slowest reader to make room; cuts it off when it does not read at all. */
function waitForRoom<Batch>(state: State<Batch>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = state.options.setTimer(() => {
      for (const reader of state.readers) if (reader.position === state.dropped) cutOff(state, reader)
      drop(state)
      state.roomWaker?.()
    }, state.options.stallMs)
    state.roomWaker = () => {
      state.roomWaker = undefined
      cancel()
      resolve()
    }
  })
}

function cutOff<Batch>(state: State<Batch>, reader: Reader): void {
  reader.failed = true
  reader.failure = new SlowReaderError('The client did not read while others waited for the same answer.')
  state.readers.delete(reader)
  wakeReader(reader)
}

/** Brings the next batch for all who wait; one pull at a time. Never rejects. */
async function pull<Batch>(state: State<Batch>): Promise<void> {
  if (state.isPulling) return
  state.isPulling = true
  await pullOne(state)
  state.isPulling = false
  wake(state)
}

async function pullOne<Batch>(state: State<Batch>): Promise<void> {
  while (isFull(state) && state.ending === undefined) await waitForRoom(state)
  if (state.ending !== undefined) return
  try {
    const step = await state.source.next()
    // All may have left meanwhile.
    if (state.ending !== undefined) return
    if (step.done === true) finish(state, { type: 'end' })
    else keep(state, step.value)
  } catch (error) {
    finish(state, { type: 'error', error })
  }
}

function leave<Batch>(state: State<Batch>, reader: Reader): void {
  if (!state.readers.delete(reader)) return
  if (state.readers.size > 0) {
    drop(state)
    return
  }
  if (state.ending === undefined) {
    finish(state, { type: 'error', error: new Error('All readers have left.') })
    // The source may be in the middle of a step that never ends; closing it must not wait for that, nor fail anybody.
    state.source.return?.().then(undefined, () => undefined)
  }
  if (!state.overflowed) state.options.release(state.keptBytes)
  state.keptBytes = 0
  state.batches.length = 0
}

async function read<Batch>(state: State<Batch>, reader: Reader): Promise<IteratorResult<Batch, undefined>> {
  for (;;) {
    if (reader.failed) throw reader.failure
    const index = reader.position - state.dropped
    const batch = state.batches[index]
    if (batch !== undefined && index < state.batches.length) {
      reader.position++
      drop(state)
      return { done: false, value: batch }
    }
    if (state.ending !== undefined) {
      leave(state, reader)
      if (state.ending.type === 'error') throw state.ending.error
      return { done: true, value: undefined }
    }
    await new Promise<void>((resolve) => {
      reader.waker = resolve
      void pull(state)
    })
  }
}

function open<Batch>(state: State<Batch>): StreamReader<Batch> {
  const reader: Reader = { position: 0, failed: false }
  state.readers.add(reader)
  return {
    next: () => read(state, reader),
    leave: (reason) => {
      reader.failed = true
      reader.failure = reason
      leave(state, reader)
      wakeReader(reader)
    },
  }
}

/** Lets many readers share one stream. Nothing is read before a reader asks. */
export function createSharedStream<Batch>(source: AsyncIterable<Batch>, options: SharedStreamOptions<Batch>): SharedStream<Batch> {
  const state: State<Batch> = {
    options,
    source: source[Symbol.asyncIterator](),
    readers: new Set(),
    batches: [],
    dropped: 0,
    keptBytes: 0,
    overflowed: false,
    isPulling: false,
  }
  return {
    join: () => (state.overflowed || state.ending !== undefined ? undefined : open(state)),
  }
}
