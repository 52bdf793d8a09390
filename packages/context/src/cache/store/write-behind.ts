import type { Deps } from '../../deps.ts'
import type { CacheEntry, KeyedEntry } from './entry.ts'
import type { GuardedStore } from './guarded-store.ts'

/*
 * Writes to a slow level in batches: entries are gathered until a short delay is over or a batch is full, then written in one
 * step. Look-ups see what is gathered. Invariant: what waits is bounded in entries and bytes; beyond that entries are dropped
 * and counted. A process that is killed loses at most what was gathered. Cost of a put: one map entry; one timer a batch.
 */
/** An entry that waits. Nothing is encoded before its batch is written. */
export interface WaitingEntry<Value> {
  readonly key: string
  readonly entry: CacheEntry<Value>
  /** About what the entry takes in memory. */
  readonly bytes: number
}

export interface WriteBehind<Value> {
  readonly put: (entry: WaitingEntry<Value>) => void
  /** An entry that has not been written yet. */
  readonly get: (key: string) => CacheEntry<Value> | undefined
  /** Resolves when everything so far has been written or has failed. */
  readonly flush: () => Promise<void>
  /** Entries that were never written because too many were waiting. */
  readonly dropped: () => number
}

const delayMs = 100
/** Bounds of one batch: a batch is encoded in one turn of the event loop. */
const maxBatchEntries = 512
const maxBatchBytes = 1_048_576
/** More would only hold memory that the level can't keep up with. */
const maxWaitingEntries = 2048
const maxWaitingBytes = 33_554_432

interface State<Value> {
  readonly store: GuardedStore<Value>
  readonly setTimer: Deps['setTimer']
  readonly waiting: Map<string, WaitingEntry<Value>>
  waitingBytes: number
  writing: ReadonlyMap<string, CacheEntry<Value>> | undefined
  running: Promise<void> | undefined
  cancelTimer: (() => void) | undefined
  dropped: number
}

/** Takes the oldest entries out of those that wait, up to a batch. */
function takeBatch<Value>(state: State<Value>): readonly KeyedEntry<Value>[] {
  const { waiting } = state
  const batch: KeyedEntry<Value>[] = []
  let taken = 0
  for (const [key, { entry, bytes }] of waiting) {
    if (batch.length >= maxBatchEntries || taken >= maxBatchBytes) break
    batch.push([key, entry])
    waiting.delete(key)
    taken += bytes
  }
  state.waitingBytes -= taken
  state.writing = new Map(batch)
  return batch
}

/** Writes what waits now. What comes meanwhile waits for its own delay, so that batches stay large. */
async function writeWaiting<Value>(state: State<Value>): Promise<void> {
  let left = state.waiting.size
  while (left > 0) {
    const batch = takeBatch(state)
    left -= batch.length
    await state.store.setMany(batch)
  }
  state.writing = undefined
  state.running = undefined
}

function run<Value>(state: State<Value>): Promise<void> {
  state.cancelTimer?.()
  state.cancelTimer = undefined
  state.running ??= writeWaiting(state)
  return state.running
}

async function flush<Value>(state: State<Value>): Promise<void> {
  while (state.running !== undefined || state.waiting.size > 0) await run(state)
}

function put<Value>(state: State<Value>, incoming: WaitingEntry<Value>): void {
  const { waiting, store } = state
  const { key, bytes } = incoming
  if (store.state() === 'down') return
  const replaced = waiting.get(key)
  if (replaced === undefined && (waiting.size >= maxWaitingEntries || state.waitingBytes >= maxWaitingBytes)) {
    state.dropped++
    return
  }
  waiting.set(key, incoming)
  state.waitingBytes += bytes - (replaced?.bytes ?? 0)
  state.cancelTimer ??= state.setTimer(() => {
    state.cancelTimer = undefined
    void run(state)
  }, delayMs)
}

/** Gathers writes for a level. */
export function createWriteBehind<Value>(store: GuardedStore<Value>, { setTimer }: Pick<Deps, 'setTimer'>): WriteBehind<Value> {
  const state: State<Value> = {
    store,
    setTimer,
    waiting: new Map(),
    waitingBytes: 0,
    writing: undefined,
    running: undefined,
    cancelTimer: undefined,
    dropped: 0,
  }
  return {
    put: (entry) => put(state, entry),
    get: (key) => state.waiting.get(key)?.entry ?? state.writing?.get(key),
    flush: () => flush(state),
    dropped: () => state.dropped,
  }
}
