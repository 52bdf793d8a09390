/** Turns of the real event loop. */
export interface Turns {
  /** Resolves once everything that was ready to run has run: all promises that could settle have settled. */
  readonly next: () => Promise<void>
  readonly close: () => void
}

/**
 * A message to oneself is a task of its own, and tasks wait until the microtask queue is empty. `MessageChannel` is in every
 * runtime, is not throttled as nested timers are, and costs about a microsecond a turn.
 */
export function createYieldQueue(): Turns {
  const { port1, port2 } = new MessageChannel()
  let resolveNext: (() => void) | undefined
  port1.onmessage = () => {
    resolveNext?.()
  }
  return {
    next: () =>
      new Promise((resolve) => {
        resolveNext = resolve
        port2.postMessage(0)
      }),
    close: () => {
      port1.close()
      port2.close()
    },
  }
}
