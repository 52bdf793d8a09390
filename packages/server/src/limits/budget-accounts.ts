import type { Call } from '@proxyapi/core'
import type { BudgetState as AccountState, BudgetAccount, SpanOf } from '@proxyapi/core/limits'
import { type Principal, principalOf } from '../auth/principal.ts'
import type { Allowance, BudgetRules, BudgetState } from '../auth/rules.ts'
import type { LimitScope, LimitSubject } from './limit-take.ts'

/** An account of somebody's budget in one window. */
export interface OwnedAccount extends BudgetAccount {
  readonly scope: Extract<LimitScope, 'key' | 'team' | 'user'>
  readonly id: string
  readonly name: string
  /** When the window began, Unix milliseconds. */
  readonly startsAtMs: number
  readonly rules: BudgetRules
  /** Of an end user: who it is, in the caller's words, and of which tenant. */
  readonly user?: string | undefined
  readonly team?: string | undefined
  readonly keyId?: string | undefined
}

type Owner = Pick<OwnedAccount, 'scope' | 'id' | 'name' | 'user' | 'team' | 'keyId'>

/** The account that an owner's budget has at a moment. */
export function accountAt(
  owner: Owner,
  rules: BudgetRules,
  { atMs, spanOf }: { readonly atMs: number; readonly spanOf: SpanOf },
): OwnedAccount {
  const { startMs, endMs } = spanOf(atMs, rules.window, rules.timeZone)
  return {
    ...owner,
    key: `${owner.scope}:${owner.id}:${rules.window}:${startMs}`,
    limitNanoUsd: rules.limitNanoUsd,
    hard: rules.hard,
    startsAtMs: startMs,
    endsAtMs: endMs,
    rules,
  }
}

export function keyOwner({ id, name }: Pick<Principal, 'id' | 'name'>): Owner {
  return { scope: 'key', id, name, keyId: id }
}

export function teamOwner(team: string): Owner {
  return { scope: 'team', id: team, name: team, team }
}

export interface BudgetAccountsDeps {
  readonly teams: ReadonlyMap<string, Allowance>
  readonly users: BudgetRules | undefined
  readonly userOf: (call: Call) => LimitSubject | undefined
  readonly spanOf: SpanOf
}

const none: readonly OwnedAccount[] = []

interface Remembered {
  readonly accounts: readonly OwnedAccount[]
  readonly fromMs: number
  readonly untilMs: number
}

/** Finds the accounts that pay for a call. Those of a principal are made once in each of their windows. */
export function createAccountsOf({ teams, users, userOf, spanOf }: BudgetAccountsDeps): (call: Call) => readonly OwnedAccount[] {
  const remembered = new WeakMap<Principal, Remembered>()
  const ofPrincipal = (principal: Principal, atMs: number): readonly OwnedAccount[] => {
    const known = remembered.get(principal)
    if (known !== undefined && atMs >= known.fromMs && atMs < known.untilMs) return known.accounts
    const { team, budget } = principal
    const ofTeam = team === undefined ? undefined : teams.get(team)?.budget
    const accounts = [
      ...(budget === undefined ? [] : [accountAt(keyOwner(principal), budget, { atMs, spanOf })]),
      ...(team === undefined || ofTeam === undefined ? [] : [accountAt(teamOwner(team), ofTeam, { atMs, spanOf })]),
    ]
    const fromMs = Math.max(0, ...accounts.map(({ startsAtMs }) => startsAtMs))
    const untilMs = Math.min(Number.POSITIVE_INFINITY, ...accounts.map(({ endsAtMs }) => endsAtMs))
    remembered.set(principal, { accounts, fromMs, untilMs })
    return accounts
  }
  const ofUser = (call: Call, principal: Principal | undefined): OwnedAccount | undefined => {
    const subject = users === undefined ? undefined : userOf(call)
    if (users === undefined || subject === undefined) return undefined
    const { team, id: keyId } = principal ?? {}
    const tenant = team === undefined ? { keyId } : { team }
    return accountAt({ scope: 'user', id: subject.id, name: '', user: call.user, ...tenant }, users, { atMs: call.startedAtMs, spanOf })
  }
  return (call) => {
    const principal = principalOf(call)
    if (principal === undefined && users === undefined) return none
    const own = principal === undefined ? none : ofPrincipal(principal, call.startedAtMs)
    const user = ofUser(call, principal)
    return user === undefined ? own : [...own, user]
  }
}

/** Words for whose budget an account is. */
export function accountName(account: BudgetAccount): string {
  const { scope, name } = account as OwnedAccount // the accounts of this folder have an owner
  return name === '' ? `this ${scope}` : `the ${scope} "${name}"`
}

/** Of a window that has just begun nothing can be told of its end. */
const minElapsedShare = 0.01

/** How an account stands, and what will have been spent at its end if spending goes on as it has. */
export function toBudgetState(
  { startsAtMs, endsAtMs }: OwnedAccount,
  { spentNanoUsd, reservedNanoUsd }: AccountState,
  nowMs: number,
): BudgetState {
  if (endsAtMs === Number.POSITIVE_INFINITY) return { spentNanoUsd, reservedNanoUsd }
  const share = (nowMs - startsAtMs) / (endsAtMs - startsAtMs)
  const projectedNanoUsd = share < minElapsedShare ? undefined : Math.round(spentNanoUsd / share)
  return { spentNanoUsd, reservedNanoUsd, resetsAtMs: endsAtMs, projectedNanoUsd }
}
