/** A queue of tasks of the real event loop. */
export interface MacrotaskQueue {
  /** Resolves in a task of its own, when every promise that could settle has settled. */
  readonly next: () => Promise<void>
  readonly close: () => void
}

/**
 * A message to oneself is a task of its own, and a task waits until the microtask queue is empty. `MessageChannel` exists in every
 * runtime, is not throttled like nested timers, and costs about a microsecond per task.
 */
export function createMacrotaskQueue(): MacrotaskQueue {
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
