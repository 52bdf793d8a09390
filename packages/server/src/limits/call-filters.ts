import type { Call, Filter } from '@proxyapi/core'
import { createLimitFilter, type LimitStore, type RateTake, type Take, type TakeResult, type Taker } from '@proxyapi/core/limits'
import { principalOf } from '../auth/principal.ts'
import type { Allowance, LimitRules } from '../auth/rules.ts'
import { tighter } from '../http/limit-lines.ts'
import { type LimitSubject, type LimitTake, limitReached, requestTakes, tokenTakes } from './limit-take.ts'
import { priorityOf, standingsOf } from './request-limiter.ts'

export interface CallFilterDeps {
  readonly store: LimitStore
  readonly taker: Taker
  readonly teams: ReadonlyMap<string, Allowance>
  readonly users: LimitRules | undefined
  readonly userOf: (call: Call) => LimitSubject | undefined
}

function noteStandings({ annotations }: Call, takes: readonly LimitTake[], result: TakeResult): void {
  const { limits } = annotations
  const own = standingsOf(takes, result)
  annotations.limits = { requests: tighter(limits?.requests, own?.requests), tokens: tighter(limits?.tokens, own?.tokens) }
}

function filterOf({ store, taker }: CallFilterDeps, takesOf: (call: Call, likely: () => number) => readonly LimitTake[]): Filter {
  return createLimitFilter({
    store,
    taker,
    takesOf: (call, { likely }) => takesOf(call, likely),
    countsTokens: (take: RateTake) => (take as Take as LimitTake).kind === 'tokens', // the takes of this folder are described
    priorityOf: (call) => priorityOf(principalOf(call)?.criticality),
    onResult: (call, takes, result) => noteStandings(call, takes as readonly LimitTake[], result), // as above
    toError: (take, { retryAfterMs }) => limitReached(take, retryAfterMs),
  })
}

/** Counts the requests of end users, whom the body may name. Stands before the cache: an answer from there is a request too. */
export function userRequestFilter(deps: CallFilterDeps): Filter | undefined {
  const { users, userOf } = deps
  if (users?.requestsPerMinute === undefined && users?.parallelRequests === undefined) return undefined
  return filterOf(deps, (call) => {
    const user = userOf(call)
    return user === undefined ? [] : requestTakes(user, users)
  })
}

const none: readonly LimitTake[] = []

/** Counts the tokens of keys, teams and end users. Stands behind the cache, for an answer from there uses none. */
export function tokenFilter(deps: CallFilterDeps): Filter {
  const { teams, users, userOf } = deps
  return filterOf(deps, (call, likely) => {
    const principal = principalOf(call)
    const user = users?.tokensPerMinute === undefined ? undefined : userOf(call)
    const { team, limits } = principal ?? {}
    if (user === undefined && team === undefined && limits?.tokensPerMinute === undefined) return none
    return [
      ...(principal === undefined ? [] : tokenTakes({ scope: 'key', id: principal.id, name: principal.name }, principal.limits, likely)),
      ...(team === undefined ? [] : tokenTakes({ scope: 'team', id: team, name: team }, teams.get(team)?.limits, likely)),
      ...(user === undefined ? [] : tokenTakes(user, users, likely)),
    ]
  })
}
