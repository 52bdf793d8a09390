import { type OpenCall, ProxyApiError } from '@proxyapi/core'

/** A call under way, as far as others see and end it. */
export type StoppableCall = Pick<OpenCall, 'call' | 'stop'>

/** The calls under way, so that a closing gateway can wait for them and then end what is left. */
export interface InFlight {
  readonly add: (call: StoppableCall) => void
  readonly remove: (call: StoppableCall) => void
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

export function createInFlight(setTimer: (callback: () => void, ms: number) => () => void): InFlight {
  const calls = new Set<StoppableCall>()
  let draining = false
  let onEmpty: (() => void) | undefined
  return {
    add: (call) => calls.add(call),
    remove: (call) => {
      calls.delete(call)
      if (calls.size === 0) onEmpty?.()
    },
    count: () => calls.size,
    list: () => [...calls],
    isDraining: () => draining,
    drain: async (graceMs) => {
      draining = true
      if (calls.size === 0) return
      const cancelTimer = setTimer(() => {
        for (const call of calls) call.stop(shuttingDown())
      }, graceMs)
      await new Promise<void>((resolve) => {
        onEmpty = resolve
      })
      cancelTimer()
    },
  }
}
