import { type OpenCall, ProxyApiError } from '@proxyapi/core'

/** A call under way, as far as others see and end it. */
export type StoppableCall = Pick<OpenCall, 'call' | 'stop'>

/** The calls under way, so that a closing gateway can wait for them and then end what is left. */
export interface InFlight {
  readonly add: (call: StoppableCall) => InFlightEntry
  readonly remove: (entry: InFlightEntry) => void
  readonly count: () => number
  readonly list: () => readonly StoppableCall[]
  readonly isDraining: () => boolean
  /** New calls are refused from now on. Resolves when none is left, or when `graceMs` is over and the rest was stopped. */
  readonly drain: (graceMs: number) => Promise<void>
}

export function shuttingDown(): ProxyApiError {
  return new ProxyApiError({
    code: 'shutting_down',
    message: 'The gateway is shutting down; another instance or a later try will answer.',
    retryAfterMs: 1_000,
  })
}

/** A call's place among those under way. */
export interface InFlightEntry {
  readonly call: StoppableCall
  /** -1 when it is out. */
  index: number
}

/*
 * An array and no set: the table of a set that has no more room stays linked to its successor, and a collector that looks at young objects
 * alone takes all calls that it still holds for living.
 */
export function createInFlight(setTimer: (callback: () => void, ms: number) => () => void): InFlight {
  const entries: InFlightEntry[] = []
  let draining = false
  let onEmpty: (() => void) | undefined
  const remove = (entry: InFlightEntry): void => {
    if (entry.index === -1) return
    const last = entries.pop()
    if (last !== undefined && last !== entry) {
      entries[entry.index] = last
      last.index = entry.index
    }
    entry.index = -1
    if (entries.length === 0) onEmpty?.()
  }
  return {
    add: (call) => {
      const entry = { call, index: entries.length }
      entries.push(entry)
      return entry
    },
    remove,
    count: () => entries.length,
    list: () => entries.map(({ call }) => call),
    isDraining: () => draining,
    drain: async (graceMs) => {
      draining = true
      if (entries.length === 0) return
      const cancelTimer = setTimer(() => {
        for (const { call } of [...entries]) call.stop(shuttingDown())
      }, graceMs)
      await new Promise<void>((resolve) => {
        onEmpty = resolve
      })
      cancelTimer()
    },
  }
}
