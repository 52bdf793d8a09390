/** What a principal, a team or an end user may ask for at once and in a minute. A member that is absent limits nothing. */
export interface LimitRules {
  readonly requestsPerMinute?: number | undefined
  readonly tokensPerMinute?: number | undefined
  /** Requests under way at one time. */
  readonly parallelRequests?: number | undefined
}

/** The stretch of time that a budget is for; `total` never begins anew. */
export type BudgetWindow = 'hour' | 'day' | 'week' | 'month' | 'total'

export const budgetWindows: readonly BudgetWindow[] = ['hour', 'day', 'week', 'month', 'total']

/** How much money may be spent in a window. */
export interface BudgetRules {
  readonly limitNanoUsd: number
  readonly window: BudgetWindow
  /** Whether a request that could exceed it is refused; else it is only told. */
  readonly hard: boolean
  /** Shares of the limit, from 0 to 1 and in rising order, at which somebody is told. */
  readonly alertAt: readonly number[]
  /** An IANA name; days, weeks and months begin at its midnight. */
  readonly timeZone: string
}

/** What a request costs whose model has no price, where a budget has to know: nothing, everything (it is refused), or a price of its own. */
export type UnknownPrice = 'allow' | 'refuse' | { readonly usdPerMillionTokens: number }

/** Limits and budget of somebody; absent members hold nobody back. */
export interface Allowance {
  readonly limits?: LimitRules | undefined
  readonly budget?: BudgetRules | undefined
}

/** Whose budget: a key's or a principal's by its id, a team's by its name, an end user's by the name that requests give. */
export interface BudgetHolder {
  readonly kind: 'key' | 'team' | 'user'
  readonly id: string
  readonly budget: BudgetRules
}

/** What has become of a budget in its present window. */
export interface BudgetState {
  readonly spentNanoUsd: number
  /** Held back for requests under way. */
  readonly reservedNanoUsd: number
  /** Unix milliseconds; `undefined` for a budget that never begins anew. */
  readonly resetsAtMs?: number | undefined
  /** What will have been spent at the end of the window if it goes on like this. */
  readonly projectedNanoUsd?: number | undefined
}

/** Tells how a budget stands; `undefined` where nobody has counted yet. */
export type ReadBudget = (holder: BudgetHolder) => Promise<BudgetState | undefined> | BudgetState | undefined
