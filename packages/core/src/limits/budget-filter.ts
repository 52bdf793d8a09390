import type { Attempt, AttemptScope } from '../call/attempt.ts'
import type { Call } from '../call/call.ts'
import type { Awaitable } from '../call/operation.ts'
import type { Deps } from '../deps.ts'
import { ProviderError } from '../errors/provider-error.ts'
import type { Target } from '../routing/target.ts'
import type { TargetFilter } from '../routing/target-filter.ts'
import { dearestAttempt, flatPrice } from './attempt-cost.ts'
import type { BudgetAccount, BudgetRefusal, BudgetState, BudgetStore, Reservation } from './budget-store.ts'
import { noteWait } from './note-wait.ts'

/** What an attempt counts as whose model has no known price: nothing, everything (it is refused), or nano-dollars per million tokens. */
export type UnknownPrice = 'allow' | 'refuse' | number

/** Who pays for attempts, and from what. */
export interface BudgetFilterOptions {
  readonly store: BudgetStore
  /** The accounts that pay for a call; none for who has no budget. */
  readonly accountsOf: (call: Call) => readonly BudgetAccount[]
  /** Default: `allow`. */
  readonly unknownPrice?: UnknownPrice | undefined
  /** How long an attempt waits for money that is held for others. Default: 30 s. */
  readonly maxWaitMs?: number | undefined
  /** Called with what accounts have come to after each reservation and each settlement. Must not throw. */
  readonly onChange?: ((accounts: readonly BudgetAccount[], states: readonly BudgetState[]) => void) | undefined
  /** Called when nothing is held for an attempt. Must not throw. */
  readonly onRefused?: ((refusal: BudgetRefusal, call: Call) => void) | undefined
  /** Words for whose budget an account is. Default: its key. */
  readonly nameOf?: ((account: BudgetAccount) => string) | undefined
}

const defaultMaxWaitMs = 30_000
/** Who shares what is left with others may come back when they are done. */
const reservedRetryMs = 1_000
/** A budget that never begins anew is raised by somebody, or not. */
const neverRetryMs = 86_400_000
const perUsd = 1e9

/** Where the price is assumed, a record says so. */
const assumedPriceSource = 'auth.unknown_price'

/** Without an exponent, however little it is. */
function toUsd(nanoUsd: number): string {
  return (nanoUsd / perUsd).toLocaleString('en', { useGrouping: false, maximumFractionDigits: 9 })
}

/** What is left, or whose it is, in words. */
function stateOf({ why, leftNanoUsd, neededNanoUsd }: BudgetRefusal): string {
  if (why === 'reserved') return 'is held for requests under way'
  if (leftNanoUsd === 0) return 'is spent'
  return `has ${toUsd(leftNanoUsd)} left, and this request may cost ${toUsd(neededNanoUsd)}: a smaller one may fit, with a lower max_tokens for instance`
}

function exceeded(
  target: Target,
  refusal: BudgetRefusal,
  { nowMs, name }: { readonly nowMs: number; readonly name: string },
): ProviderError {
  const { account, why } = refusal
  const { limitNanoUsd, endsAtMs } = account
  const isLasting = endsAtMs === Number.POSITIVE_INFINITY
  const reset = isLasting ? 'It does not reset.' : `It resets at ${new Date(endsAtMs).toISOString()}.`
  const message = `The budget of ${name}, ${toUsd(limitNanoUsd)} dollars, ${stateOf(refusal)}. ${reset}`
  const lastingMs = isLasting ? neverRetryMs : Math.max(0, endsAtMs - nowMs)
  const retryAfterMs = why === 'spent' ? lastingMs : reservedRetryMs
  return new ProviderError({ failure: 'budget', provider: target.provider.name, message, retryAfterMs })
}

function unknownPrice(target: Target): ProviderError {
  const message = `The price of "${target.key}" is not known, and a budget refuses what it can't count.`
  return new ProviderError({ failure: 'budget', provider: target.provider.name, message, param: 'model', retryAfterMs: neverRetryMs })
}

/** Enters what an attempt used at the price that is assumed for it, in its record too: receipts and accounts say the same. */
function assume(record: Attempt, nanoUsdPerMillion: number): number {
  const { usage } = record
  if (usage === undefined) return 0
  const nanoUsd = Math.ceil((usage.inputTokens + usage.outputTokens) * (nanoUsdPerMillion / 1_000_000))
  record.costNanoUsd = nanoUsd
  record.priced = { nanoUsd, source: assumedPriceSource }
  return nanoUsd
}

/**
 * Makes each attempt pay from its caller's budgets: the dearest that it can cost is held before it is sent, and what it has cost is entered when it
 * ends, however it ends. Hedges and retries pay for themselves; what is shared or comes out of a cache costs its caller nothing. An attempt that may
 * cost more than is left fails with the class `budget`, which opens the fallback chain of that name.
 */
export function createBudgetFilter(options: BudgetFilterOptions, { now }: Pick<Deps, 'now'>): TargetFilter {
  const {
    store,
    accountsOf,
    unknownPrice: policy = 'allow',
    maxWaitMs = defaultMaxWaitMs,
    onChange,
    onRefused,
    nameOf = ({ key }) => key,
  } = options
  const assumed = typeof policy === 'number' ? flatPrice(policy) : null

  const settle = (reservation: Reservation, record: Attempt): void => {
    const cost = record.costNanoUsd === null && typeof policy === 'number' ? assume(record, policy) : (record.costNanoUsd ?? 0)
    const states = store.settle(reservation, cost)
    onChange?.(reservation.accounts, states)
  }
  const enter = (
    result: Reservation | BudgetRefusal,
    target: Target,
    { call, attempt }: { readonly call: Call; readonly attempt: AttemptScope },
  ): void => {
    if (result.type === 'refused') {
      onRefused?.(result, call)
      throw exceeded(target, result, { nowMs: now(), name: nameOf(result.account) })
    }
    onChange?.(result.accounts, result.states)
    attempt.hold((record) => settle(result, record))
    // It may have been stopped while it waited.
    attempt.abort.throwIfAborted()
  }

  return (next, { target, operation, catalog }) =>
    (request, call, attempt) => {
      const accounts = accountsOf(call)
      if (accounts.length === 0) return next(request, call, attempt)
      const price = catalog.priceOf?.(target) ?? assumed
      if (price === null && policy === 'refuse') throw unknownPrice(target)
      const nanoUsd = price === null ? 0 : dearestAttempt(request, operation, { price, contextLength: catalog.facts(target).contextLength })
      const result: Awaitable<Reservation | BudgetRefusal> = store.reserve(accounts, nanoUsd, { maxMs: maxWaitMs, abort: attempt.abort })
      if (result instanceof Promise) {
        return result.then((late) => {
          noteWait(attempt.record, 'budget', call.now())
          enter(late, target, { call, attempt })
          return next(request, call, attempt)
        })
      }
      enter(result, target, { call, attempt })
      return next(request, call, attempt)
    }
}
