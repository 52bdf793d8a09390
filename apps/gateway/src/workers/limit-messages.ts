import type { BudgetAccount, BudgetRefusal, BudgetState } from '@proxyapi/core/limits'

/** A worker asks for money to be held. Its number names it until it is settled or abandoned. */
export interface ReserveQuestion {
  readonly id: number
  readonly accounts: readonly BudgetAccount[]
  readonly dearestNanoUsd: number
  readonly maxMs: number
}

export type ReserveAnswer =
  | { readonly type: 'reserved'; readonly nanoUsd: number; readonly states: readonly BudgetState[] }
  | {
      readonly type: 'refused'
      /** Its place in the list. */
      readonly account: number
      readonly why: BudgetRefusal['why']
      readonly neededNanoUsd: number
      readonly leftNanoUsd: number
    }
