/** A cause to stop, told once. Cheaper than an `AbortSignal`, which is only made for those who ask for one. */
export interface Abortion {
  readonly abort: (reason: unknown) => void
  /** Calls back at once when it has happened already. Gives the un-listening back. */
  readonly onAbort: (callback: (reason: unknown) => void) => () => void
  /** @throws the reason, when it has happened */
  readonly throwIfAborted: () => void
  readonly signal: () => AbortSignal
}

export function createAbortion(): Abortion {
  const listeners = new Set<(reason: unknown) => void>()
  let aborted: { readonly reason: unknown } | undefined
  let controller: AbortController | undefined

  const onAbort = (callback: (reason: unknown) => void): (() => void) => {
    if (aborted !== undefined) callback(aborted.reason)
    else listeners.add(callback)
    return () => listeners.delete(callback)
  }
  return {
    abort: (reason) => {
      if (aborted !== undefined) return
      aborted = { reason }
      for (const listener of listeners) listener(reason)
      listeners.clear()
    },
    onAbort,
    throwIfAborted: () => {
      if (aborted !== undefined) throw aborted.reason
    },
    signal: () => {
      if (controller !== undefined) return controller.signal
      const made = new AbortController()
      controller = made
      onAbort((reason) => made.abort(reason))
      return made.signal
    },
  }
}
