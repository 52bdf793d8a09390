import type { LoggingDeps } from '../deps.ts'
import { isRowAtFault, isStorageError } from './storage-error.ts'

/** How a store's writing goes. */
export interface WriteFigures {
  /** Waiting to be written. */
  readonly held: number
  readonly written: number
  /** Lost: there was no room for them, the store refused them for good, or it was closed. */
  readonly dropped: number
  /** Writes that failed; what they held was tried again. */
  readonly failures: number
  /** The latest write has failed. */
  readonly isFailing: boolean
}

export interface BatchWriterOptions<Item> {
  /** Writes a batch whole or not at all. */
  readonly write: (batch: readonly Item[]) => Promise<void>
  /** The longest that an item waits while the store works. */
  readonly flushAfterMs: number
  readonly maxBatch: number
  readonly maxHeld: number
  /** The longest between two tries of a write that fails. Default: 30 s. */
  readonly maxRetryMs?: number | undefined
  /** Called when writing begins to fail, with the error, and when it works again. */
  readonly onStateChange?: ((error: unknown) => void) | undefined
}

/** Collects items and writes them in batches, off the caller's path. `add` never throws, waits or grows without bound. */
export interface BatchWriter<Item> {
  readonly add: (item: Item) => void
  /** @throws StorageError when the store could not take what was held; it stays held */
  readonly flush: () => Promise<void>
  /** Tries once more to write what is held; what can't be written is dropped and counted. */
  readonly close: () => Promise<void>
  readonly figures: () => WriteFigures
}

interface State<Item> {
  held: Item[]
  written: number
  dropped: number
  failures: number
  failuresInRow: number
  closed: boolean
}

/** Counts a failure and gives how many of the batch are lost by it: none where a smaller batch may leave out the row that is at fault. */
function onFailure<Item>(state: State<Item>, error: unknown, batchLength: number): number {
  state.failures++
  state.failuresInRow++
  if (!isStorageError(error) || error.retryable) throw error
  return batchLength > 1 && isRowAtFault(error) ? 0 : batchLength
}

async function writeAll<Item>(state: State<Item>, { write, maxBatch, onStateChange }: BatchWriterOptions<Item>): Promise<void> {
  let size = maxBatch
  while (state.held.length > 0) {
    const batch = state.held.slice(0, size)
    let done = batch.length
    try {
      await write(batch)
      state.written += batch.length
      size = Math.min(maxBatch, size * 2)
    } catch (error) {
      if (state.failuresInRow === 0) onStateChange?.(error)
      done = onFailure(state, error, batch.length)
      state.dropped += done // they would fail for ever and hold up what comes after them
      size = Math.max(1, Math.floor(batch.length / 2))
    }
    state.held = state.held.slice(done)
  }
  if (state.failuresInRow > 0) onStateChange?.(undefined)
  state.failuresInRow = 0
}

export function createBatchWriter<Item>(options: BatchWriterOptions<Item>, deps: LoggingDeps): BatchWriter<Item> {
  const { flushAfterMs, maxBatch, maxHeld, maxRetryMs = 30_000 } = options
  const state: State<Item> = { held: [], written: 0, dropped: 0, failures: 0, failuresInRow: 0, closed: false }
  let running: Promise<void> | undefined
  let cancelTimer: (() => void) | undefined
  const schedule = (): void => {
    if (cancelTimer !== undefined || state.closed) return
    const waitMs = Math.min(maxRetryMs, flushAfterMs * 2 ** state.failuresInRow)
    cancelTimer = deps.setTimer(() => {
      cancelTimer = undefined
      drainInBackground()
    }, waitMs)
  }
  const drain = (): Promise<void> => {
    running ??= writeAll(state, options).finally(() => {
      running = undefined
      if (state.held.length > 0) schedule()
    })
    return running
  }
  const drainInBackground = (): void => void drain().catch(() => undefined) // counted, and tried again
  return {
    add: (item) => {
      if (state.closed || state.held.length >= maxHeld) {
        state.dropped++
        return
      }
      state.held.push(item)
      if (state.held.length >= maxBatch && state.failuresInRow === 0) drainInBackground()
      else schedule()
    },
    flush: async () => {
      await running
      await drain() // what came in while the other write ended
    },
    close: async () => {
      await drain().catch(() => undefined) // what is left is counted below
      cancelTimer?.()
      state.closed = true
      state.dropped += state.held.length
      state.held = []
    },
    figures: () => ({
      held: state.held.length,
      written: state.written,
      dropped: state.dropped,
      failures: state.failures,
      isFailing: state.failuresInRow > 0,
    }),
  }
}
