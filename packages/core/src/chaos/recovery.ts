import type { Deps } from '../deps.ts'

const lookEveryMs = 1_000
/** How long recovery is waited for after the faults have ended. */
const maxRecoveryMs = 600_000

/** Waits until nothing is unsettled any more, and tells how long that took; `undefined` when it took too long. Gives back how to stop waiting. */
export function followRecovery(deps: Deps, isUnsettled: () => boolean, onDone: (tookMs: number | undefined) => void): () => void {
  const sinceMs = deps.now()
  let cancel: () => void = () => undefined
  const look = (): void => {
    if (!isUnsettled()) onDone(deps.now() - sinceMs)
    else if (deps.now() - sinceMs < maxRecoveryMs) cancel = deps.setTimer(look, lookEveryMs)
    else onDone(undefined)
  }
  look()
  return () => cancel()
}
