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

/** What an attempt may cost. */
export interface AttemptCost {
  /** The dearest that it can cost, as far as its request tells. */
  readonly dearestNanoUsd: number
  /** What it costs at least; computed on demand. */
  readonly leastNanoUsd: () => number
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

/** Why nothing is held: the account has not so much left, or what is left is held for others and nobody gave any back in time. */
export interface BudgetRefusal {
  readonly type: 'refused'
  readonly account: BudgetAccount
  readonly why: 'spent' | 'reserved'
  /** What the attempt would cost at least. */
  readonly neededNanoUsd: number
}

/** A wait for money that is held for others. */
export interface BudgetWait {
  readonly maxMs: number
  readonly abort: Pick<AbortSource, 'onAbort'>
}

/** Holds money before it is spent, so that no number of requests at once spends more than there is. */
export interface BudgetStore {
  /**
   * Holds the dearest that an attempt can cost, in all accounts or in none. Where that is more than is left because others hold it, waits for
   * them. What is left of an account when nobody else holds any is given to one attempt alone, unless that surely costs more: else money would be
   * left for ever. The promise is there only where something has to be waited for; it rejects only with the reason of an abort, or where nothing can be counted.
   */
  reserve(accounts: readonly BudgetAccount[], cost: AttemptCost, wait: BudgetWait): Awaitable<Reservation | BudgetRefusal>
  /** Gives the held back and enters what was spent, in one step. Never fails. Returns what the accounts have come to, as far as is known at once. */
  settle(reservation: Reservation, costNanoUsd: number): readonly BudgetState[]
  /** What an account has come to. */
  read(account: BudgetAccount): Awaitable<BudgetState>
}
