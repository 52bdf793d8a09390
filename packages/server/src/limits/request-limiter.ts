import { type LimitStandings, ProxyApiError } from '@proxyapi/core'
import type { LimitStore, TakeResult, Taker } from '@proxyapi/core/limits'
import type { Criticality } from '../auth/principal.ts'
import type { Exchange } from '../http/exchange.ts'
import { tighter } from '../http/limit-lines.ts'
import type { RequestLimiter } from '../route-table/request-limiter.ts'
import type { Route } from '../route-table/route.ts'
import { toLimitedAddress } from './client-address.ts'
import { type LimitTake, limitReached } from './limit-take.ts'
import { callerOf, type RequestPlan } from './request-plan.ts'

const priorities: Readonly<Record<Criticality, number>> = { critical: 0, default: 1, sheddable: 2 }

/** The lower, the sooner, where requests wait for a limit. */
export function priorityOf(criticality: Criticality | undefined): number {
  return priorities[criticality ?? 'default']
}

export interface RequestLimiterDeps {
  readonly plan: RequestPlan
  readonly store: LimitStore
  readonly taker: Taker
  readonly addressOf: (exchange: Exchange) => string
}

type LimitedRoute = Pick<Route, 'path' | 'access' | 'operation'>

/** What counts as a request of its caller: what any key may ask. Health, metrics and administration have limits where a path is named. */
function countsFor({ access, operation }: Pick<Route, 'access' | 'operation'>): boolean {
  return operation !== undefined || access === 'user' || access === 'key'
}

/** What is left of the tightest limit of each kind. */
export function standingsOf(takes: readonly LimitTake[], { standings }: TakeResult): LimitStandings | undefined {
  let found: LimitStandings | undefined
  for (let index = 0; index < takes.length; index++) {
    const [take, standing] = [takes[index], standings[index]]
    if (take?.type !== 'rate' || standing === undefined) continue
    const { limit, burst } = take.rate
    // Where less than a window's worth may come at once, that is what can be left.
    const one = { limit: Math.max(limit, burst), remaining: standing.remaining, resetMs: standing.resetMs }
    if (take.kind === 'tokens') found = { requests: found?.requests, tokens: tighter(found?.tokens, one) }
    else found = { requests: tighter(found?.requests, one), tokens: found?.tokens }
  }
  return found
}

const none: readonly LimitTake[] = []

function clientGone(): ProxyApiError {
  return new ProxyApiError({ code: 'client_closed_request', message: 'The caller left before its turn came.' })
}

/** The takes of a request whose address or path counts. */
function takesByAddress(
  exchange: Exchange,
  route: LimitedRoute,
  { plan, addressOf }: Pick<RequestLimiterDeps, 'plan' | 'addressOf'>,
): readonly LimitTake[] {
  const { principal } = exchange
  const address = principal === undefined || plan.hasAddresses ? toLimitedAddress(addressOf(exchange)) : ''
  const ofRoute = plan.ofRoute(route.path, callerOf(principal, address))
  return countsFor(route) ? [...plan.ofCaller(principal, address), ...ofRoute, ...plan.ofAddress(address)] : ofRoute
}

/** Counts requests before their body is read, by key or address, team, path and address. Places are given back when the request has ended. */
export function createRequestLimiter({ plan, store, taker, addressOf }: RequestLimiterDeps): RequestLimiter {
  const keep = (exchange: Exchange, takes: readonly LimitTake[], result: TakeResult): void => {
    exchange.limits = standingsOf(takes, result)
    const refused = result.refused === undefined ? undefined : takes[result.refused]
    if (refused !== undefined) throw limitReached(refused, result.retryAfterMs)
    const held = takes.filter(({ type }) => type === 'parallel')
    if (held.length === 0) return
    exchange.releaseLimits = () => {
      store.release(held)
      taker.wake()
    }
  }
  const takesOf = (exchange: Exchange, route: LimitedRoute): readonly LimitTake[] => {
    const { principal } = exchange
    if (plan.hasRoutes || plan.hasAddresses || principal === undefined) return takesByAddress(exchange, route, { plan, addressOf })
    return countsFor(route) ? plan.ofCaller(principal, '') : none
  }
  return {
    enter: (exchange, route) => {
      // Most gateways without keys count nobody.
      if (exchange.principal === undefined && !plan.countsAnybody) return undefined
      const takes = takesOf(exchange, route)
      if (takes.length === 0) return undefined
      const result = taker.take(takes, {
        priority: priorityOf(exchange.principal?.criticality),
        deadlineAtMs: Number.POSITIVE_INFINITY,
        abort: { onAbort: (callback) => exchange.onClientGone(() => callback(clientGone())) },
      })
      if (result instanceof Promise) return result.then((late) => keep(exchange, takes, late))
      keep(exchange, takes, result)
      return undefined
    },
  }
}
