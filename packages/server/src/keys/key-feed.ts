import type { Deps } from '@proxyapi/core'
import type { KeyStore } from '../auth/key-store.ts'
import { coalesceRuns } from './coalesce-runs.ts'
import type { FoundKeys } from './found-keys.ts'

/** Between two looks at what other gateways have changed: a change is in force everywhere within a second. */
const everyMs = 300
/** As long as the store can't be read, keys that are known go on; after this none is trusted any longer without it. */
const trustedForMs = 300_000
/** Between two writes of when keys were used. */
const touchEveryMs = 5_000
const maxUses = 10_000

/** Follows what other gateways change in the store, and writes down when keys are used. */
export interface KeyFeed {
  readonly start: () => void
  /** Looks now: another gateway says that it has changed something. */
  readonly look: () => void
  /** Remembers a use; written later, together with others. */
  readonly use: (id: string, nowMs: number) => void
  /** The latest use that is not written yet. Unix milliseconds. */
  readonly lastUse: (id: string) => number | undefined
  /** Since when the store can't be read; `undefined` while it can. */
  readonly failingSinceMs: () => number | undefined
  /** Writes what is left. */
  readonly close: () => Promise<void>
}

export interface KeyFeedDeps {
  readonly store: KeyStore
  readonly found: FoundKeys
  readonly deps: Pick<Deps, 'setTimer' | 'monotonicNow'>
}

export function createKeyFeed({ store, found, deps }: KeyFeedDeps): KeyFeed {
  let uses = new Map<string, number>()
  let sequence: number | undefined
  let failingSinceMs: number | undefined
  let isClosed = false
  const timers = new Map<string, () => void>()

  const look = coalesceRuns(async () => {
    // Whoever remembers nothing has nothing to forget: a gateway without issued keys asks nobody.
    const { found: known, unknown } = found.figures()
    if (known + unknown === 0) return
    try {
      const changes = await store.changesAfter(sequence)
      // What was found before the first look may have changed already.
      if (sequence === undefined) found.forget({ ids: undefined })
      else if (changes.ids === undefined || changes.ids.length > 0) found.forget(changes)
      sequence = changes.sequence
      failingSinceMs = undefined
    } catch {
      failingSinceMs ??= deps.monotonicNow()
      if (deps.monotonicNow() - failingSinceMs >= trustedForMs) found.forget({ ids: undefined })
    }
  })
  const touch = async (): Promise<void> => {
    if (uses.size === 0) return
    const written = uses
    uses = new Map()
    // When a key was used last is worth no more than one try.
    await store.touch(written).catch(() => undefined)
  }
  const repeat = (name: string, work: () => Promise<void>, ms: number): void => {
    const stop = deps.setTimer(() => {
      void work().finally(() => {
        if (!isClosed) repeat(name, work, ms)
      })
    }, ms)
    timers.set(name, stop)
  }

  return {
    start: () => {
      if (timers.size > 0 || isClosed) return
      void look()
      repeat('look', look, everyMs)
      repeat('touch', touch, touchEveryMs)
    },
    look: () => {
      if (!isClosed) void look()
    },
    use: (id, nowMs) => {
      if (uses.size < maxUses || uses.has(id)) uses.set(id, nowMs)
    },
    lastUse: (id) => uses.get(id),
    failingSinceMs: () => failingSinceMs,
    close: async () => {
      isClosed = true
      for (const stop of timers.values()) stop()
      await touch()
    },
  }
}
