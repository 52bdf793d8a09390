import type { FetchAbort } from '../answer.ts'

/** Aborts a fetch that no caller waits for any more. Costs nothing until somebody listens: most fetches are never aborted. */
export interface FetchAbortSource extends FetchAbort {
  readonly abort: (reason: unknown) => void
  readonly isAborted: () => boolean
}

export function createFetchAbort(): FetchAbortSource {
  let failure: { readonly reason: unknown } | undefined
  let listeners: Set<(reason: unknown) => void> | undefined
  let controller: AbortController | undefined
  return {
    isAborted: () => failure !== undefined,
    throwIfAborted: () => {
      if (failure !== undefined) throw failure.reason
    },
    onAbort: (callback) => {
      if (failure !== undefined) {
        callback(failure.reason)
        return () => undefined
      }
      listeners ??= new Set()
      listeners.add(callback)
      return () => void listeners?.delete(callback)
    },
    signal: () => {
      controller ??= new AbortController()
      if (failure !== undefined) controller.abort(failure.reason)
      return controller.signal
    },
    abort: (reason) => {
      if (failure !== undefined) return
      failure = { reason }
      controller?.abort(reason)
      for (const listener of [...(listeners ?? [])]) listener(reason)
    },
  }
}
