import type { Deps } from '../deps.ts'

const lookEveryMs = 1_000
/** How long recovery is waited for after the faults have ended. */
const maxRecoveryMs = 600_000

/** Waits until nothing is unsettled any more, and tells how long that took. Gives back how to stop waiting. */
export function followRecovery(deps: Deps, isUnsettled: () => boolean, onRecovered: (tookMs: number) => void): () => void {
  const sinceMs = deps.now()
  let cancel: () => void = () => undefined
  const look = (): void => {
    if (!isUnsettled()) onRecovered(deps.now() - sinceMs)
    else if (deps.now() - sinceMs < maxRecoveryMs) cancel = deps.setTimer(look, lookEveryMs)
  }
  look()
  return () => cancel()
}
