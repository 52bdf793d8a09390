import type { FetchAbort } from '../answer.ts'

type Listener = (reason: unknown) => void

const nothing = (): void => undefined

/**
 * Aborts a fetch that no caller waits for any more. Costs nothing until somebody listens: most fetches are never aborted. A class,
 * since every miss has one, and closures of its own would cost more than all else that it does (`bench/cache-cost.mjs`).
 */
export class FetchAbortSource implements FetchAbort {
  isAborted = false
  private reason: unknown = undefined
  private listeners: Listener[] | undefined = undefined
  private controller: AbortController | undefined = undefined

  abort(reason: unknown): void {
    if (this.isAborted) return
    this.isAborted = true
    this.reason = reason
    this.controller?.abort(reason)
    const listeners = this.listeners ?? []
    this.listeners = undefined
    for (const listener of listeners) listener(reason)
  }

  onAbort(listener: Listener): () => void {
    if (this.isAborted) {
      listener(this.reason)
      return nothing
    }
    if (this.listeners === undefined) this.listeners = [listener]
    else this.listeners.push(listener)
    return () => {
      this.listeners = this.listeners?.filter((one) => one !== listener)
    }
  }

  throwIfAborted(): void {
    if (this.isAborted) throw this.reason
  }

  signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController()
      if (this.isAborted) this.controller.abort(this.reason)
    }
    return this.controller.signal
  }
}
