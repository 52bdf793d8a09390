import type { Deps } from '@proxyapi/core'

const checkEveryMs = 1_000
/** How long to wait for recovery after the faults have ended. */
export const maxRecoveryMs = 600_000

/** Waits until no circuit is open, and tells how long that took; `undefined` when it took too long. Returns a function that stops the wait. */
export function awaitRecovery(deps: Deps, hasOpenCircuit: () => boolean, onDone: (tookMs: number | undefined) => void): () => void {
  const sinceMs = deps.monotonicNow()
  let cancel: () => void = () => undefined
  const check = (): void => {
    if (!hasOpenCircuit()) onDone(deps.monotonicNow() - sinceMs)
    else if (deps.monotonicNow() - sinceMs < maxRecoveryMs) cancel = deps.setTimer(check, checkEveryMs)
    else onDone(undefined)
  }
  check()
  return () => cancel()
}
