import type { Principal } from '../auth/principal.ts'
import type { Allowance } from '../auth/rules.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { toLimitRules, toTeams } from '../config/to-keys.ts'
import { type LimitSubject, type LimitTake, rateTake, requestTakes, toRate } from './limit-take.ts'

type RateLimit = NonNullable<GatewayConfig['rate_limit']>

const windows: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/** `100/minute`. */
function parseRate(text: string) {
  const [limit = '1', window = 'minute'] = text.split('/')
  return toRate(Math.max(1, Number(limit)), windows[window] ?? 60_000)
}

/** Which limits of requests a configuration has. */
export interface RequestPlan {
  /** Whether any request may have to take something. */
  readonly isEmpty: boolean
  readonly hasAddresses: boolean
  readonly hasRoutes: boolean
  /** Whether those without a key may have to take something. */
  readonly countsAnybody: boolean
  /** What a request takes of the limits of who asks. */
  readonly ofCaller: (principal: Principal | undefined, address: string) => readonly LimitTake[]
  /** What it takes at its path, whoever asks. */
  readonly ofRoute: (path: string, caller: LimitSubject) => readonly LimitTake[]
  readonly ofAddress: (address: string) => readonly LimitTake[]
}

/** Who a request counts for: its key, or its address where there is none. */
export function callerOf(principal: Principal | undefined, address: string): LimitSubject {
  return principal === undefined ? { scope: 'address', id: address, name: '' } : { scope: 'key', id: principal.id, name: principal.name }
}

function generalTakes(limit: RateLimit | undefined, caller: LimitSubject): readonly LimitTake[] {
  if (limit === undefined) return []
  const { requests_per_window: requests, window_seconds: seconds, burst_limit: burst = requests } = limit
  // Beside the caller's own limit, and so under a name of its own.
  return [
    rateTake({ ...caller, id: `${caller.id}:rate_limit` }, 'requests', {
      rate: toRate(requests, Math.max(1, Math.round(seconds * 1_000)), burst),
    }),
  ]
}

/** Compiles the limits of requests. What a principal takes is worked out once. */
export function createRequestPlan(
  { rate_limit: rateLimit, limits, auth }: Pick<GatewayConfig, 'rate_limit' | 'limits' | 'auth'>,
  hasKeys: boolean,
): RequestPlan {
  const teams: ReadonlyMap<string, Allowance> = toTeams(auth)
  const routes = new Map(Object.entries(rateLimit?.routes ?? {}).map(([path, text]) => [path, parseRate(text)]))
  const addressRules = toLimitRules(limits.addresses)
  const known = new WeakMap<Principal, readonly LimitTake[]>()
  const compile = (principal: Principal): readonly LimitTake[] => {
    const { team } = principal
    const caller = callerOf(principal, '')
    return [
      ...generalTakes(rateLimit, caller),
      ...requestTakes(caller, principal.limits),
      ...(team === undefined ? [] : requestTakes({ scope: 'team', id: team, name: team }, teams.get(team)?.limits)),
    ]
  }
  return {
    isEmpty: rateLimit === undefined && addressRules === undefined && !hasKeys && teams.size === 0,
    hasAddresses: addressRules !== undefined,
    hasRoutes: routes.size > 0,
    countsAnybody: rateLimit !== undefined || addressRules !== undefined,
    ofCaller: (principal, address) => {
      if (principal === undefined) return generalTakes(rateLimit, callerOf(undefined, address))
      const takes = known.get(principal) ?? compile(principal)
      known.set(principal, takes)
      return takes
    },
    ofRoute: (path, caller) => {
      const rate = routes.get(path)
      return rate === undefined
        ? []
        : [rateTake({ scope: 'route', id: `${path}:${caller.scope}:${caller.id}`, name: path }, 'requests', { rate })]
    },
    ofAddress: (address) => requestTakes({ scope: 'address', id: address, name: address }, addressRules),
  }
}
