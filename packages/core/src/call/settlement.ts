import type { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { Receipt } from './receipt.ts'

/** How a call ends: once, whatever happens first. */
export interface Settlement {
  readonly settle: (outcome: Receipt['outcome'], error?: ProxyApiError) => void
  readonly isSettled: () => boolean
  /** Given back, in reverse order, when the call ends; at once when it has. */
  readonly lease: (release: () => void) => void
}

export function createSettlement(onSettled: (outcome: Receipt['outcome'], error: ProxyApiError | undefined) => void): Settlement {
  const held: (() => void)[] = []
  let settled = false
  return {
    isSettled: () => settled,
    lease: (release) => {
      if (settled) release()
      else held.push(release)
    },
    settle: (outcome, error) => {
      if (settled) return
      settled = true
      for (let release = held.pop(); release !== undefined; release = held.pop()) release()
      onSettled(outcome, error)
    },
  }
}
