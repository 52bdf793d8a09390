import type { AbortSource } from '../call/abort-source.ts'
import type { Awaitable } from '../call/operation.ts'

/** One sum of money that may be spent in one window: a key's this month, say. Money is in whole billionths of a dollar. */
export interface BudgetAccount {
  /** Names whose it is, and which window: another window is another account. */
  readonly key: string
  readonly limitNanoUsd: number
  /** Whether spending stops at the limit; else it is counted and no more. */
  readonly hard: boolean
  /** When the next window begins, Unix milliseconds; `Infinity` when it never does. */
  readonly endsAtMs: number
}

/** What an account has come to. */
export interface BudgetState {
  readonly spentNanoUsd: number
  /** Held for attempts under way. */
  readonly reservedNanoUsd: number
}

/** Money that is held for one attempt in each of its accounts. */
export interface Reservation {
  readonly type: 'reserved'
  readonly accounts: readonly BudgetAccount[]
  readonly nanoUsd: number
  /** What the accounts have come to with it, in their order. */
  readonly states: readonly BudgetState[]
}

/** Why nothing is held: less is left of the account than the attempt may cost, or others hold so much of it and none gave any back in time. */
export interface BudgetRefusal {
  readonly type: 'refused'
  readonly account: BudgetAccount
  readonly why: 'spent' | 'reserved'
  /** The dearest that the attempt can cost. */
  readonly neededNanoUsd: number
  /** What was not spent of the account. */
  readonly leftNanoUsd: number
}

/** A wait for money that is held for others. */
export interface BudgetWait {
  readonly maxMs: number
  readonly abort: Pick<AbortSource, 'onAbort'>
}

/** Holds money before it is spent, so that no number of requests at once spends more than there is. */
export interface BudgetStore {
  /**
   * Holds the dearest that an attempt can cost, in all accounts or in none. Where not so much is left because others hold it, waits for them; where
   * not so much is left even when all of them have given everything back, refuses at once. The promise is there only where something has to be
   * waited for; it rejects only with the reason of an abort, or where nothing can be counted.
   */
  reserve(accounts: readonly BudgetAccount[], nanoUsd: number, wait: BudgetWait): Awaitable<Reservation | BudgetRefusal>
  /** Gives the held back and enters what was spent, in one step. Never fails. Returns what the accounts have come to, as far as is known at once. */
  settle(reservation: Reservation, costNanoUsd: number): readonly BudgetState[]
  /** What an account has come to. */
  read(account: BudgetAccount): Awaitable<BudgetState>
}
