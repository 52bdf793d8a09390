/** How a silent stream shows that it lives. */
export interface KeepAlive {
  /** Between two signs of life. */
  readonly everyMs: number
  readonly setTimer: (callback: () => void, ms: number) => () => void
  readonly monotonicNow: () => number
}

/** A comment: clients of server-sent events pass over it, and proxies see that the connection is in use (WHATWG HTML, section 9.2.6). */
export const keepAliveComment = ': keep-alive\n\n'

/** Calls `onSilence` whenever nothing was written for a while. One timer for a stream: what is written only moves its deadline. */
export function watchSilence(
  { everyMs, setTimer, monotonicNow: now }: KeepAlive,
  onSilence: () => void,
): { readonly wrote: () => void; readonly stop: () => void } {
  let writtenAtMs = now()
  let cancel = (): void => undefined
  const arm = (ms: number): void => {
    cancel = setTimer(() => {
      const leftMs = writtenAtMs + everyMs - now()
      if (leftMs > 0) return arm(leftMs)
      writtenAtMs = now()
      arm(everyMs)
      onSilence()
    }, ms)
  }
  arm(everyMs)
  return {
    wrote: () => {
      writtenAtMs = now()
    },
    stop: () => cancel(),
  }
}

/** What a promise brings, or `undefined` when it takes longer than a silence may last: then it goes on. @throws what the promise is rejected with in time */
export function withinSilence<T>(promise: Promise<T>, { everyMs, setTimer }: KeepAlive): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = setTimer(() => resolve(undefined), everyMs)
    promise.then(
      (value) => {
        cancel()
        resolve(value)
      },
      (error: unknown) => {
        cancel()
        reject(error instanceof Error ? error : new Error('The answer failed.', { cause: error }))
      },
    )
  })
}
