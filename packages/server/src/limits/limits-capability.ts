import type { Call, TargetFilter } from '@proxyapi/core'
import {
  type BudgetState as AccountState,
  type BudgetStore,
  createBudgetFilter,
  createMemoryBudgetStore,
  createMemoryLimitStore,
  createPacer,
  createReportedLimits,
  createSpanOf,
  createTaker,
  type LimitStore,
  type LoadSpent,
  type SpanOf,
  type Taker,
} from '@proxyapi/core/limits'
import type { Reading } from '@proxyapi/logging'
import type { GatewayEvent, Recorder } from '@proxyapi/logging/node'
import type { BudgetState, LimitRules, ReadBudget } from '../auth/rules.ts'
import type { Capability, CapabilityDeps, CompileContext, Feature } from '../capability/capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { toLimitRules, toTeams, toUnknownPrice, toUserAllowance } from '../config/to-keys.ts'
import { accountAt, accountName, createAccountsOf, keyOwner, teamOwner, toBudgetState } from './budget-accounts.ts'
import { type BudgetNotice, type BudgetWatch, createBudgetWatch } from './budget-watch.ts'
import { type CallFilterDeps, tokenFilter, userRequestFilter } from './call-filters.ts'
import { createClientAddress } from './client-address.ts'
import type { LimitSubject } from './limit-take.ts'
import { createLoadSpent } from './load-spent.ts'
import { reportedLimitFilter } from './reported-limit-filter.ts'
import { createRequestLimiter } from './request-limiter.ts'
import { createRequestPlan } from './request-plan.ts'
import { targetLimitFilter } from './target-limits.ts'
import { createUserSubject } from './user-subject.ts'
import { watchedBudgets } from './watched-budgets.ts'

/** A store that several instances share, and whether it can be reached. */
export interface SharedLimits {
  readonly limits: LimitStore
  readonly budgets: BudgetStore
  readonly isReachable: () => boolean
  /** Where it is found what this instance had spent before; told once, before anything is spent. */
  readonly loadFrom?: ((loadSpent: LoadSpent) => void) | undefined
  /** Forgets an end user, by its digest; gives how many entries that were. */
  readonly eraseUser: (digest: string) => Promise<number>
  readonly close: () => Promise<void>
}

/** Where limits and budgets are counted. */
export interface LimitStores {
  readonly limits: LimitStore
  readonly budgets: BudgetStore
}

/** What the program around the gateway gives limits and budgets. Without it they are counted in this process alone. */
export interface LimitsDeps {
  readonly shared?: SharedLimits | undefined
  /** Where they are counted instead, without anything that several instances share: in the primary, where this process is a worker. */
  readonly stores?: LimitStores | undefined
  /** Called with the stores once they are open: a primary counts for its workers. */
  readonly onStores?: ((stores: LimitStores) => void) | undefined
  /** Called when a budget has reached one of its `alert_at`, once in each window. */
  readonly onBudgetShare?: ((notice: BudgetNotice) => void) | undefined
}

/** What limits keep for as long as the process lives. */
export interface LimitsState {
  readonly limits: LimitStore
  readonly budgets: BudgetStore
  readonly shared: SharedLimits | undefined
  readonly watch: BudgetWatch
  readonly spanOf: SpanOf
  readonly userOf: (call: Call) => LimitSubject | undefined
}

export interface LimitsOptions extends LimitsDeps {
  readonly recorder: Recorder | undefined
  /** Told how much of budgets is used, for alerts. */
  readonly onWatch: (watch: BudgetWatch) => void
}

/** Budgets of end users are told by no event: their names are nobody else's. */
function toEvent({ scope, name, window, spentNanoUsd, limitNanoUsd }: BudgetNotice, to: string, atMs: number): GatewayEvent | undefined {
  if (scope === 'user') return undefined
  const usd = (nanoUsd: number): string => (nanoUsd / 1e9).toFixed(2)
  return { kind: 'budget', atMs, target: `${scope}/${name}`, to, cause: `${usd(spentNanoUsd)} of ${usd(limitNanoUsd)} USD, ${window}` }
}

function openState(
  { recorder, shared, stores, onStores, onBudgetShare, onWatch }: LimitsOptions,
  { deps, observers }: CapabilityDeps,
): LimitsState {
  const tell = (notice: BudgetNotice, to: string): void => {
    const event = toEvent(notice, to, deps.now())
    if (event !== undefined) observers.onGatewayEvent(event)
  }
  const watch = createBudgetWatch(
    {
      onShare: (notice) => {
        onBudgetShare?.(notice)
        if (notice.share < 1) tell(notice, `${Math.round(notice.share * 100)} %`)
      },
      onExhausted: (notice) => tell(notice, 'exhausted'),
    },
    deps.now,
  )
  onWatch(watch)
  const history = recorder && {
    recorder,
    sinceMs: deps.now(),
    onFailure: (error: unknown) => observers.onFailure(error, ''),
  }
  const loadSpent = history && createLoadSpent(history)
  if (loadSpent !== undefined) shared?.loadFrom?.(loadSpent)
  const state: LimitsState = {
    limits: shared?.limits ?? stores?.limits ?? createMemoryLimitStore({}, deps),
    budgets: shared?.budgets ?? stores?.budgets ?? createMemoryBudgetStore({ loadSpent }, deps),
    shared,
    watch,
    spanOf: createSpanOf(),
    userOf: createUserSubject(),
  }
  onStores?.({ limits: state.limits, budgets: watchedBudgets(state.budgets, watch) })
  return state
}

type Limits = GatewayConfig['limits']

/** What providers report is their limits: those are never shared, and after a reload their next answer says them anew. */
function followReported({ limits: written }: GatewayConfig, deps: CompileContext['deps']): TargetFilter | undefined {
  if (!written.follow_reported) return undefined
  const limits = createReportedLimits({ spreads: written.pacing === 'queue' }, deps)
  return reportedLimitFilter({ limits, taker: takerOf(written, limits, deps), now: deps.now })
}

function takerOf(
  { pacing, max_wait_seconds: seconds, max_queue: maxQueue }: Limits,
  store: LimitStore,
  deps: CompileContext['deps'],
): Taker {
  return pacing === 'refuse' ? createTaker(store) : createPacer(store, { maxWaitMs: seconds * 1_000, maxQueue }, deps)
}

function rulesByName(written: Limits['models']): ReadonlyMap<string, LimitRules> {
  return new Map(
    Object.entries(written).flatMap(([name, limits]) => {
      const rules = toLimitRules(limits)
      return rules === undefined ? [] : [[name, rules] as const]
    }),
  )
}

/** Keys that may have limits or a budget beyond the file's: those of an authenticator. */
function hasForeignKeys({ earlier }: CompileContext): boolean {
  return earlier.some(({ authenticator }) => authenticator !== undefined)
}

function hasKeyLimits({ auth: { api_keys: keys } }: GatewayConfig, context: CompileContext): boolean {
  return hasForeignKeys(context) || keys.some((key) => typeof key !== 'string' && key.limits !== undefined)
}

function gaugesOf({ shared }: LimitsState): readonly Reading[] {
  return shared === undefined ? [] : [{ name: 'limit_store_up', value: shared.isReachable() ? 1 : 0 }]
}

function callFilterDeps(config: GatewayConfig, state: LimitsState, taker: Taker): CallFilterDeps {
  return { store: state.limits, taker, teams: toTeams(config.auth), users: toUserAllowance(config.auth).limits, userOf: state.userOf }
}

function compileRequests(config: GatewayConfig, state: LimitsState, context: CompileContext): Feature {
  const taker = takerOf(config.limits, state.limits, context.deps)
  const plan = createRequestPlan(config, hasKeyLimits(config, context))
  return {
    limiter: plan.isEmpty
      ? undefined
      : createRequestLimiter({ plan, store: state.limits, taker, addressOf: createClientAddress(config.server.trusted_proxies) }),
    filter: userRequestFilter(callFilterDeps(config, state, taker)),
    readGauges: () => gaugesOf(state),
    degradedBy: () => (state.shared?.isReachable() === false ? ['limits: the shared store can’t be reached'] : []),
  }
}

/** The limits of requests, before anything else of them is done, and of end users' requests, before the cache. */
export function createRequestLimitsCapability(state: (context: CapabilityDeps) => LimitsState): Capability<LimitsState> {
  return { name: 'request-limits', open: state, compile: compileRequests }
}

/** How the budget of a key or a team stands. Those of end users are told apart by tenants, whom a holder does not name. */
function readBudgets({ budgets, spanOf }: LimitsState, now: () => number): ReadBudget {
  return ({ kind, id, budget }) => {
    if (kind === 'user') return undefined
    const owner = kind === 'team' ? teamOwner(id) : keyOwner({ id, name: '' })
    const account = accountAt(owner, budget, { atMs: now(), spanOf })
    const read = budgets.read(account)
    const toState = (state: AccountState): BudgetState => toBudgetState(account, state, now())
    return read instanceof Promise ? read.then(toState) : toState(read)
  }
}

function hasTokens(config: GatewayConfig, context: CompileContext): boolean {
  const { api_keys: keys, teams, users } = config.auth
  const written = [...keys.filter((key) => typeof key !== 'string'), ...teams, users]
  return hasForeignKeys(context) || written.some(({ limits }) => limits?.tokens_per_minute !== undefined)
}

function budgetFilter(config: GatewayConfig, state: LimitsState, context: CompileContext): TargetFilter | undefined {
  const { auth } = config
  const written = [...auth.api_keys.filter((key) => typeof key !== 'string'), ...auth.teams, auth.users]
  if (!hasForeignKeys(context) && written.every(({ budget }) => budget === undefined)) return undefined
  const price = toUnknownPrice(auth)
  return createBudgetFilter(
    {
      store: state.budgets,
      accountsOf: createAccountsOf({
        teams: toTeams(auth),
        users: toUserAllowance(auth).budget,
        userOf: state.userOf,
        spanOf: state.spanOf,
      }),
      unknownPrice: typeof price === 'string' ? price : Math.round(price.usdPerMillionTokens * 1e9),
      onChange: state.watch.onChange,
      nameOf: accountName,
    },
    context.deps,
  )
}

/** One after the other; the first sees an attempt first. */
function chain(filters: readonly (TargetFilter | undefined)[]): TargetFilter | undefined {
  const all = filters.filter((filter) => filter !== undefined)
  if (all.length === 0) return undefined
  return (next, context) => all.reduceRight((inner, filter) => filter(inner, context), next)
}

function compileSpending(config: GatewayConfig, state: LimitsState, context: CompileContext): Feature {
  const taker = takerOf(config.limits, state.limits, context.deps)
  const { providers, models } = config.limits
  const targets = targetLimitFilter({
    store: state.limits,
    taker,
    providers: rulesByName(providers),
    models: rulesByName(models),
  })
  return {
    filter: hasTokens(config, context) ? tokenFilter(callFilterDeps(config, state, taker)) : undefined,
    targetFilter: chain([followReported(config, context.deps), targets, budgetFilter(config, state, context)]),
    readBudget: readBudgets(state, context.deps.now),
    eraseUserData: state.shared === undefined ? undefined : async (user) => ({ limits: (await state.shared?.eraseUser(user)) ?? 0 }),
  }
}

/** What calls use and cost: tokens behind the cache, money and providers' limits around each attempt. */
export function createSpendingCapability(state: (context: CapabilityDeps) => LimitsState): Capability<LimitsState> {
  // What instances share stays open over a reload.
  return { name: 'spending', open: state, compile: compileSpending, close: async ({ shared }) => shared?.close() }
}

/** Opens the state that both capabilities of limits share, once. */
export function createLimitsState(options: LimitsOptions): (context: CapabilityDeps) => LimitsState {
  let opened: LimitsState | undefined
  return (context) => {
    opened ??= openState(options, context)
    return opened
  }
}
