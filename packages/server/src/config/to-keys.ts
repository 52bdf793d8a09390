import type { ConfiguredKey } from '../auth/configured-keys.ts'
import { builtInRoles } from '../auth/permissions.ts'
import type { Allowance, BudgetRules, LimitRules, UnknownPrice } from '../auth/rules.ts'
import type { GatewayConfig } from './config-schema.ts'

type Auth = GatewayConfig['auth']
type WrittenLimits = NonNullable<Auth['users']['limits']>
type WrittenBudget = NonNullable<Auth['users']['budget']>

const nanoPerUsd = 1e9

/** Limits as the configuration and the routes write them; `undefined` for none. */
export function toLimitRules(written: WrittenLimits | undefined): LimitRules | undefined {
  if (written === undefined || Object.values(written).every((value) => value === undefined)) return undefined
  return {
    requestsPerMinute: written.requests_per_minute,
    tokensPerMinute: written.tokens_per_minute,
    parallelRequests: written.parallel_requests,
  }
}

/** A budget as the configuration and the routes write it. */
export function toBudgetRules(written: WrittenBudget | undefined): BudgetRules | undefined {
  if (written === undefined) return undefined
  const { usd, window, hard, alert_at: shares, time_zone: timeZone } = written
  return { limitNanoUsd: Math.round(usd * nanoPerUsd), window, hard, alertAt: [...new Set(shares)].sort((a, b) => a - b), timeZone }
}

export function toAllowance({
  limits,
  budget,
}: {
  readonly limits?: WrittenLimits | undefined
  readonly budget?: WrittenBudget | undefined
}): Allowance {
  return { limits: toLimitRules(limits), budget: toBudgetRules(budget) }
}

/** The roles by name: the built-in ones and the operator's own. */
export function toRoles({ roles }: Auth): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map([...builtInRoles, ...Object.entries(roles).map(([name, permissions]) => [name, new Set(permissions)] as const)])
}

/** What teams may ask and spend together, by their names. */
export function toTeams({ teams }: Auth): ReadonlyMap<string, Allowance> {
  return new Map(teams.map((team) => [team.name, toAllowance(team)]))
}

/** What each end user may ask and spend. */
export function toUserAllowance({ users }: Auth): Allowance {
  return toAllowance(users)
}

export function toUnknownPrice({ unknown_price: price }: Auth): UnknownPrice {
  return typeof price === 'number' ? { usdPerMillionTokens: price } : price
}

/** The configured keys. A bare key is named by its place, so that logs can tell keys apart. */
export function toKeys({ auth }: GatewayConfig): readonly ConfiguredKey[] {
  const roles = toRoles(auth)
  return auth.api_keys.map((key, index): ConfiguredKey => {
    if (typeof key === 'string') return { name: `key-${index + 1}`, key, role: 'user', models: ['*'] }
    const { key_sha256: keySha256, expires, limits, budget, ...same } = key
    return {
      ...same,
      keySha256,
      permissions: roles.get(key.role),
      ...toAllowance({ limits, budget }),
      expiresAtMs: expires === undefined ? undefined : new Date(expires).getTime(),
    }
  })
}
