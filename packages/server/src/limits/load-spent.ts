import type { BudgetAccount, LoadSpent } from '@proxyapi/core/limits'
import type { Recorder } from '@proxyapi/logging/node'
import type { OwnedAccount } from './budget-accounts.ts'

/** Where spending before this process is found. */
export interface SpendingHistory {
  readonly recorder: Pick<Recorder, 'spending'>
  /** When this process began to count. Unix milliseconds. */
  readonly sinceMs: number
  /** Called when the history can't be read: the account begins with nothing. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Sums up what the ledger says of an account's window: spending survives a restart so. Windows that began in this process are in its memory already.
 * The ledger sums by hours of UTC: where a window begins within one (in zones half an hour off), that hour counts as a whole.
 */
export function createLoadSpent({ recorder, sinceMs, onFailure }: SpendingHistory): LoadSpent {
  return (account: BudgetAccount) => {
    const { startsAtMs: fromMs, team, keyId: key, user } = account as OwnedAccount // the accounts of this folder have an owner
    if (fromMs > sinceMs) return 0
    return recorder.spending({ team, key, user, fromMs }).catch((error: unknown) => {
      onFailure(error)
      return 0
    })
  }
}
