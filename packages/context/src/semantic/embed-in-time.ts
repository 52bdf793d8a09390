import type { Deps } from '../deps.ts'

interface Limits {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** Runs `work` until it is done, its time is over or `signal` aborts; in the last two cases its own signal aborts with the reason. */
export async function embedInTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, signal }: Limits,
  { setTimer }: Pick<Deps, 'setTimer'>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const cancelTimer = setTimer(() => controller.abort(new Error(`no embedding within ${timeoutMs} ms`)), timeoutMs)
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true })
  })
  try {
    // Raced, because not every client of an embedding model heeds its signal.
    return await Promise.race([work(controller.signal), ended])
  } finally {
    cancelTimer()
    signal?.removeEventListener('abort', onAbort)
  }
}
