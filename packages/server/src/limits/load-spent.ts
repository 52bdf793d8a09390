import type { BudgetAccount, LoadSpent } from '@proxyapi/core/limits'
import type { Recorder } from '@proxyapi/logging/node'
import type { OwnedAccount } from './budget-accounts.ts'

/** Where spending before this process is found. */
export interface SpendingHistory {
  readonly recorder: Pick<Recorder, 'analytics'>
  /** Ids of the keys of a team. */
  readonly keysOfTeam: (team: string) => readonly string[] | Promise<readonly string[]>
  /** When this process began to count. Unix milliseconds. */
  readonly sinceMs: number
  /** Called when the history can't be read: the account begins with nothing. */
  readonly onFailure: (error: unknown) => void
}

async function sumOf(
  { recorder }: SpendingHistory,
  query: { readonly key?: string | undefined; readonly user?: string | undefined; readonly fromMs: number },
): Promise<number> {
  const rows = await recorder.analytics({ groupBy: 'key', ...query, limit: 10_000 })
  let sum = 0n
  for (const { costNanoUsd, wastedNanoUsd } of rows) sum += BigInt(costNanoUsd) + BigInt(wastedNanoUsd)
  return Number(sum)
}

async function sumOfKeys(
  history: SpendingHistory,
  keys: readonly string[],
  rest: { readonly user?: string | undefined; readonly fromMs: number },
): Promise<number> {
  let sum = 0
  for (const key of keys) sum += await sumOf(history, { key, ...rest })
  return sum
}

async function spentBefore(history: SpendingHistory, account: OwnedAccount): Promise<number> {
  const { team, keyId, user, startsAtMs: fromMs } = account
  if (team !== undefined) return sumOfKeys(history, await history.keysOfTeam(team), { user, fromMs })
  return sumOf(history, { key: keyId, user, fromMs })
}

/**
 * Sums up what the ledger says of an account's window: spending survives a restart so. Windows that began in this process are in its memory already.
 * The ledger sums by hours of UTC: where a window begins within one (in zones half an hour off), that hour counts as a whole.
 */
export function createLoadSpent(history: SpendingHistory): LoadSpent {
  return (account: BudgetAccount) => {
    const own = account as OwnedAccount // the accounts of this folder have an owner
    if (own.startsAtMs > history.sinceMs) return 0
    return spentBefore(history, own).catch((error: unknown) => {
      history.onFailure(error)
      return 0
    })
  }
}
