/** Tells listeners once that something must stop. Cheaper than an `AbortController`, whose signal is only created on demand. */
export interface AbortSource {
  readonly aborted: boolean
  abort(reason: unknown): void
  /** Calls `callback` when aborted, at once if that has happened already. Returns a function that removes the listener. */
  onAbort(callback: (reason: unknown) => void): () => void
  /** @throws the reason, if aborted */
  throwIfAborted(): void
  /** The same as an `AbortSignal`, created on first use. */
  signal(): AbortSignal
}

type Listener = (reason: unknown) => void

const noop = (): void => undefined

/* A class: every call and every attempt has one, and methods on a prototype cost nothing to create (bench/router.mjs). */
class ListenerSet implements AbortSource {
  aborted = false
  private reason: unknown = undefined
  private listeners: Listener[] | undefined = undefined
  private controller: AbortController | undefined = undefined

  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    const { listeners } = this
    // One by one: a listener may remove those after it.
    while (listeners !== undefined && listeners.length > 0) listeners.shift()?.(reason)
    this.listeners = undefined
    this.controller?.abort(reason)
  }

  onAbort(callback: Listener): () => void {
    if (this.aborted) {
      callback(this.reason)
      return noop
    }
    this.listeners ??= []
    this.listeners.push(callback)
    return () => this.remove(callback)
  }

  private remove(callback: Listener): void {
    const index = this.listeners?.indexOf(callback) ?? -1
    if (index !== -1) this.listeners?.splice(index, 1)
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason
  }

  signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController()
      if (this.aborted) this.controller.abort(this.reason)
    }
    return this.controller.signal
  }
}

export function createAbortSource(): AbortSource {
  return new ListenerSet()
}
