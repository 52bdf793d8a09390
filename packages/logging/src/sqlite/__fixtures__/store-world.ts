import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoggingDeps } from '../../deps.ts'

export interface StoreWorld {
  readonly deps: LoggingDeps
  /** Moves the clock and runs the timers that are due by then. */
  readonly advance: (ms: number) => void
  readonly timers: () => number
  /** A directory of the test's own. */
  readonly directory: string
  readonly remove: () => Promise<void>
}

/** A world with a clock that stands still until it is moved, identifiers in order, and a directory. */
export async function createStoreWorld(startMs = Date.UTC(2026, 0, 15, 10, 30)): Promise<StoreWorld> {
  let nowMs = startMs
  let ids = 0
  const timers = new Map<number, { readonly dueMs: number; readonly callback: () => void }>()
  const directory = await mkdtemp(join(tmpdir(), 'proxyapi-store-'))
  const deps: LoggingDeps = {
    now: () => nowMs,
    monotonicNow: () => nowMs,
    random: () => 0.5,
    newId: () => (++ids).toString(16).padStart(32, '0'),
    setTimer: (callback, ms) => {
      const id = ++ids
      timers.set(id, { dueMs: nowMs + ms, callback })
      return () => timers.delete(id)
    },
  }
  const advance = (ms: number): void => {
    nowMs += ms
    for (const [id, { dueMs, callback }] of [...timers]) {
      if (dueMs > nowMs) continue
      timers.delete(id)
      callback()
    }
  }
  return { deps, advance, timers: () => timers.size, directory, remove: () => rm(directory, { recursive: true, force: true }) }
}
