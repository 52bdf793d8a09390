import { type BudgetAccount, type BudgetState, createRecentMap } from '@proxyapi/core/limits'
import type { OwnedAccount } from './budget-accounts.ts'

/** A budget has reached a share of its limit. */
export interface BudgetNotice {
  readonly scope: 'key' | 'team' | 'user'
  /** The name of the key or the team; empty for an end user. */
  readonly name: string
  readonly window: string
  /** The share that was reached, 0 to 1. */
  readonly share: number
  readonly spentNanoUsd: number
  readonly limitNanoUsd: number
  /** Unix milliseconds; `undefined` for a budget that never begins anew. */
  readonly resetsAtMs: number | undefined
}

/** Watches accounts as they fill. */
export interface BudgetWatch {
  readonly onChange: (accounts: readonly BudgetAccount[], states: readonly BudgetState[]) => void
  /** The share of its limit that a key has spent; of all keys the largest where none is named. `undefined` where no budget has been used. */
  readonly used: (keyName?: string) => number | undefined
}

const maxRemembered = 10_000

interface Seen {
  readonly account: OwnedAccount
  readonly used: number
  /** How many of its shares have been told. */
  readonly told: number
}

function toNotice({ scope, name, rules, limitNanoUsd, endsAtMs }: OwnedAccount, share: number, spentNanoUsd: number): BudgetNotice {
  const resetsAtMs = endsAtMs === Number.POSITIVE_INFINITY ? undefined : endsAtMs
  return { scope, name, window: rules.window, share, spentNanoUsd, limitNanoUsd, resetsAtMs }
}

/** Who hears of budgets, once in each window. */
export interface BudgetListener {
  /** A budget has reached one of its shares. */
  readonly onShare: (notice: BudgetNotice) => void
  /** Nothing is left of it. */
  readonly onExhausted?: ((notice: BudgetNotice) => void) | undefined
}

/** Tells once in each window when a budget reaches one of its shares, and when nothing is left of it. */
export function createBudgetWatch({ onShare, onExhausted }: BudgetListener, now: () => number): BudgetWatch {
  const seen = createRecentMap<Seen>(maxRemembered)
  const look = (account: OwnedAccount, { spentNanoUsd }: BudgetState): void => {
    const { limitNanoUsd, rules, key } = account
    const used = limitNanoUsd === 0 ? 1 : spentNanoUsd / limitNanoUsd
    const before = seen.get(key)
    let told = before?.told ?? 0
    while (told < rules.alertAt.length && used >= (rules.alertAt[told] ?? 0)) {
      const share = rules.alertAt[told] ?? 0
      told++
      onShare(toNotice(account, share, spentNanoUsd))
    }
    if (used >= 1 && (before?.used ?? 0) < 1) onExhausted?.(toNotice(account, 1, spentNanoUsd))
    if (before === undefined || before.used !== used || before.told !== told) seen.set(key, { account, used, told })
  }
  return {
    onChange: (accounts, states) => {
      for (let index = 0; index < accounts.length; index++) {
        const [account, state] = [accounts[index], states[index]]
        // The accounts of this folder have an owner.
        if (account !== undefined && state !== undefined) look(account as OwnedAccount, state)
      }
    },
    used: (keyName) => {
      let most: number | undefined
      for (const key of seen.keys()) {
        const one = seen.peek(key)
        if (one === undefined || one.account.endsAtMs <= now()) continue
        if (keyName === undefined || (one.account.scope === 'key' && one.account.name === keyName)) most = Math.max(most ?? 0, one.used)
      }
      return most
    },
  }
}
