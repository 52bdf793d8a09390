import type { CacheDeps } from '../deps.ts'
import type { CacheEntry, CacheLevel, EntrySelector } from './entry.ts'
import type { CacheStore, StoreFigures } from './store.ts'

/** A level stopped working, or works again. */
export interface LevelStateChange {
  readonly level: CacheLevel
  readonly state: 'up' | 'down'
  /** What went wrong, for a log line; never holds a key or a value. */
  readonly reason?: string | undefined
}

export interface GuardOptions {
  /** A call that takes longer has failed. `undefined` waits for as long as it takes. */
  readonly timeoutMs?: number | undefined
  /** So many failures in a row take the level out of use. Default 3. */
  readonly failureThreshold?: number | undefined
  readonly onStateChange?: ((change: LevelStateChange) => void) | undefined
}

/** A level that cannot fail: what goes wrong is a miss, and a level that keeps failing rests until a probe succeeds. */
export interface GuardedStore<Value> extends CacheStore<Value> {
  readonly state: () => 'up' | 'down'
  /** Calls that failed or took too long. */
  readonly failures: () => number
}

const firstProbeMs = 250
const maxProbeMs = 5_000
const probeKey = 'probe'

interface Health {
  state: 'up' | 'down'
  inARow: number
  failures: number
  probeInMs: number
  cancelProbe?: (() => void) | undefined
  closed: boolean
}

function withTimeout<T>(work: Promise<T>, ms: number | undefined, deps: CacheDeps): Promise<T> {
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

function createHealth<Value>(store: CacheStore<Value>, options: GuardOptions, deps: CacheDeps): { health: Health; attempt: Attempt } {
  const health: Health = { state: 'up', inARow: 0, failures: 0, probeInMs: firstProbeMs, closed: false }
  const { timeoutMs, failureThreshold = 3, onStateChange } = options

  function onSuccess(): void {
    health.inARow = 0
    if (health.state === 'up') return
    health.state = 'up'
    health.probeInMs = firstProbeMs
    onStateChange?.({ level: store.level, state: 'up' })
  }
  function onFailure(error: unknown): void {
    health.failures++
    health.inARow++
    if (health.state === 'down' || health.inARow < failureThreshold || health.closed) return
    health.state = 'down'
    onStateChange?.({ level: store.level, state: 'down', reason: reasonOf(error) })
    scheduleProbe()
  }
  function scheduleProbe(): void {
    if (health.closed) return
    health.cancelProbe = deps.setTimer(() => void probe(), health.probeInMs)
    health.probeInMs = Math.min(maxProbeMs, health.probeInMs * 2)
  }
  async function probe(): Promise<void> {
    await attempt(() => store.get(probeKey), undefined)
    if (health.state === 'down') scheduleProbe()
  }
  const attempt: Attempt = async (work, fallback) => {
    try {
      const result = await withTimeout(work(), timeoutMs, deps)
      onSuccess()
      return result
    } catch (error) {
      onFailure(error)
      return fallback
    }
  }
  return { health, attempt }
}

/** Runs `work`, notes how it went, and answers `fallback` where it failed. */
type Attempt = <T>(work: () => Promise<T>, fallback: T) => Promise<T>

/** Puts a level under guard, so that its failing is a miss for the others and is told once. */
export function withGuard<Value>(store: CacheStore<Value>, options: GuardOptions, deps: CacheDeps): GuardedStore<Value> {
  const { health, attempt } = createHealth(store, options, deps)
  const nothing: StoreFigures = { entries: 0, bytes: 0, maxBytes: 0, evictions: 0 }
  const whenUp = <T>(work: () => Promise<T>, fallback: T): Promise<T> =>
    health.state === 'up' ? attempt(work, fallback) : Promise.resolve(fallback)
  return {
    level: store.level,
    state: () => health.state,
    failures: () => health.failures,
    get: (key) => whenUp<CacheEntry<Value> | undefined>(() => store.get(key), undefined),
    set: (key, entry) => whenUp(() => store.set(key, entry), undefined),
    // Tried even when the level is down: an erasure must not be skipped for convenience.
    remove: (selector: EntrySelector) => attempt(() => store.remove(selector), 0),
    sweep: () => whenUp(() => store.sweep(), undefined),
    figures: () => whenUp(() => store.figures(), nothing),
    best: (count) => whenUp<Awaited<ReturnType<typeof store.best>>>(() => store.best(count), []),
    close: async () => {
      health.closed = true
      health.cancelProbe?.()
      await attempt(() => store.close(), undefined)
    },
  }
}
