import type { Deps } from '../../deps.ts'
import type { CacheEntry, EntrySelector, KeyedEntry } from './entry.ts'
import type { CacheStore, StoreFigures } from './store.ts'

/** A level stopped working, or works again. */
export interface LevelStateChange {
  readonly level: string
  readonly state: 'up' | 'down'
  /** What went wrong, for a log line; never holds a key or a value. */
  readonly reason?: string | undefined
}

export interface GuardOptions {
  /** So many failures in a row take the level out of use. Default 3. */
  readonly failureThreshold?: number | undefined
  readonly onStateChange?: ((change: LevelStateChange) => void) | undefined
}

/** A level that cannot fail: a failure is a miss, and a level that keeps failing is not used until a probe succeeds. */
export interface GuardedStore<Value> extends Omit<CacheStore<Value>, 'remove' | 'count' | 'setMany' | 'mayHave' | 'timeoutMs'> {
  readonly setMany: (entries: readonly KeyedEntry<Value>[]) => Promise<void>
  /** Whether the level is worth a look-up: it works, and may hold the key. */
  readonly mayHave: (key: string) => boolean
  /** Whether entries are better written together. */
  readonly takesMany: boolean
  /** `undefined` when the level could not do it now: it will, before it is used again. */
  readonly remove: (selector: EntrySelector) => Promise<number | undefined>
  /** `undefined` when the level is down, or can't tell. */
  readonly count: (selector: EntrySelector) => Promise<number | undefined>
  readonly state: () => 'up' | 'down'
  /** Calls that failed or took too long. */
  readonly failures: () => number
}

const firstProbeMs = 250
const maxProbeMs = 5_000
const probeKey = 'probe'
/** A removal looks at every entry. */
const removalTimeoutMs = 30_000
/** No request waits for a batch; the bound only keeps a closing cache from waiting for ever. */
const batchTimeoutMs = 10_000
/** More than these become one removal of everything. */
const maxPendingRemovals = 100

interface Guard<Value> {
  readonly store: CacheStore<Value>
  readonly options: GuardOptions
  readonly deps: Deps
  state: 'up' | 'down'
  failuresInARow: number
  failures: number
  probeInMs: number
  cancelProbe?: (() => void) | undefined
  closed: boolean
  /** Removals that a level which was down still owes. */
  pendingRemovals: readonly EntrySelector[]
}

function withTimeout<T>(work: Promise<T>, ms: number | undefined, deps: Deps): Promise<T> {
  if (ms === undefined) return work
  return new Promise((resolve, reject) => {
    const cancel = deps.setTimer(() => reject(new Error(`no answer within ${ms} ms`)), ms)
    work.then(resolve, reject).finally(cancel)
  })
}

/** Only the kind of error, for instance `SQLITE_FULL`: a message may quote what was stored. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return code ?? (error.message.startsWith('no answer within') ? error.message : error.name)
}

function goDown<Value>(guard: Guard<Value>, error: unknown): void {
  if (guard.state === 'down' || guard.closed) return
  guard.state = 'down'
  guard.options.onStateChange?.({ level: guard.store.name, state: 'down', reason: reasonOf(error) })
  scheduleProbe(guard)
}

function goUp<Value>(guard: Guard<Value>): void {
  guard.state = 'up'
  guard.failuresInARow = 0
  guard.probeInMs = firstProbeMs
  guard.options.onStateChange?.({ level: guard.store.name, state: 'up' })
}

function scheduleProbe<Value>(guard: Guard<Value>): void {
  if (guard.closed) return
  guard.cancelProbe = guard.deps.setTimer(() => void probe(guard), guard.probeInMs)
  guard.probeInMs = Math.min(maxProbeMs, guard.probeInMs * 2)
}

async function probe<Value>(guard: Guard<Value>): Promise<void> {
  const { store, deps } = guard
  try {
    await withTimeout(store.get(probeKey), store.timeoutMs, deps)
    await flushRemovals(guard)
  } catch {
    guard.failures++
    scheduleProbe(guard)
    return
  }
  if (!guard.closed) goUp(guard)
}

async function flushRemovals<Value>(guard: Guard<Value>): Promise<void> {
  for (let selector = guard.pendingRemovals[0]; selector !== undefined; selector = guard.pendingRemovals[0]) {
    await withTimeout(guard.store.remove(selector), removalTimeoutMs, guard.deps)
    guard.pendingRemovals = guard.pendingRemovals.filter((one) => one !== selector)
  }
}

async function attempt<Value, T>(
  guard: Guard<Value>,
  work: () => Promise<T>,
  how: { fallback: T; timeoutMs?: number | undefined },
): Promise<T> {
  if (guard.state === 'down') return how.fallback
  try {
    const result = await withTimeout(work(), how.timeoutMs, guard.deps)
    guard.failuresInARow = 0
    return result
  } catch (error) {
    guard.failures++
    guard.failuresInARow++
    if (guard.failuresInARow >= (guard.options.failureThreshold ?? 3)) goDown(guard, error)
    return how.fallback
  }
}

/** Stores entries in one step where the level can, one by one elsewhere. */
async function setMany<Value>(guard: Guard<Value>, entries: readonly KeyedEntry<Value>[]): Promise<void> {
  const { store } = guard
  const write = (): Promise<unknown> => store.setMany?.(entries) ?? Promise.all(entries.map(([key, entry]) => store.set(key, entry)))
  await attempt<Value, unknown>(guard, write, { fallback: undefined, timeoutMs: batchTimeoutMs })
}

/** A removal is never skipped: a level that can't do it is out of use until it has. */
async function remove<Value>(guard: Guard<Value>, selector: EntrySelector): Promise<number | undefined> {
  if (guard.state === 'up') {
    try {
      return await withTimeout(guard.store.remove(selector), removalTimeoutMs, guard.deps)
    } catch (error) {
      guard.failures++
      goDown(guard, error)
    }
  }
  guard.pendingRemovals = guard.pendingRemovals.length < maxPendingRemovals ? [...guard.pendingRemovals, selector] : [{}]
  return undefined
}

const nothing: StoreFigures = { entries: 0, bytes: 0, maxBytes: 0, evictions: 0 }

/** Guards a level: its failures are misses for its callers and are reported once. */
export function withGuard<Value>(store: CacheStore<Value>, options: GuardOptions, deps: Deps): GuardedStore<Value> {
  const guard: Guard<Value> = {
    store,
    options,
    deps,
    state: 'up',
    failuresInARow: 0,
    failures: 0,
    probeInMs: firstProbeMs,
    closed: false,
    pendingRemovals: [],
  }
  const { timeoutMs } = store
  return {
    name: store.name,
    takesMany: store.setMany !== undefined,
    state: () => guard.state,
    failures: () => guard.failures,
    mayHave: (key) => guard.state === 'up' && store.mayHave?.(key) !== false,
    get: (key) => attempt<Value, CacheEntry<Value> | undefined>(guard, () => store.get(key), { fallback: undefined, timeoutMs }),
    set: (key, entry) => attempt(guard, () => store.set(key, entry), { fallback: undefined, timeoutMs }),
    setMany: (entries) => setMany(guard, entries),
    remove: (selector) => remove(guard, selector),
    count: (selector) =>
      attempt<Value, number | undefined>(guard, async () => store.count?.(selector), { fallback: undefined, timeoutMs: removalTimeoutMs }),
    sweep: () => attempt(guard, () => store.sweep(), { fallback: undefined, timeoutMs: removalTimeoutMs }),
    figures: () => attempt(guard, () => store.figures(), { fallback: nothing, timeoutMs }),
    hottest: (count) => attempt<Value, readonly KeyedEntry<Value>[]>(guard, () => store.hottest(count), { fallback: [], timeoutMs }),
    close: async () => {
      guard.closed = true
      guard.cancelProbe?.()
      // A level that fails to close has nothing more to lose.
      await store.close().catch(() => undefined)
    },
  }
}
