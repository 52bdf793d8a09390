import type { IssuedKeyFields } from '../auth/issued-key.ts'
import { covers } from '../auth/permissions.ts'
import type { Principal } from '../auth/principal.ts'
import type { Allowance } from '../auth/rules.ts'
import type { Roles } from './to-principal.ts'

/** Whether one pattern of models or paths stands for all that another stands for. */
function includes(pattern: string, wanted: string): boolean {
  if (pattern === '*' || pattern === wanted) return true
  return pattern.endsWith('/*') && wanted.startsWith(pattern.slice(0, -1))
}

function isWithin(own: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean {
  if (own === undefined) return true
  return wanted?.every((one) => own.some((pattern) => includes(pattern, one))) === true
}

function isAtMost(own: number | undefined, wanted: number | undefined): boolean {
  return own === undefined || (wanted !== undefined && wanted <= own)
}

const daysOf = { hour: 1 / 24, day: 1, week: 7, month: 28, total: Number.POSITIVE_INFINITY } as const

/** A budget is within another when it is hard where that is, allows no more, and begins no sooner anew. */
function isBudgetWithin(own: Allowance['budget'], wanted: Allowance['budget']): boolean {
  if (own === undefined) return true
  if (wanted === undefined || (own.hard && !wanted.hard)) return false
  return wanted.limitNanoUsd <= own.limitNanoUsd && daysOf[wanted.window] >= daysOf[own.window]
}

/** The first field by which a key would be given more than its issuer has; `undefined` when there is none. Where there are no keys, everybody may give everything. */
export function excessOf(issuer: Principal | undefined, wanted: IssuedKeyFields, roles: Roles): keyof IssuedKeyFields | undefined {
  if (issuer === undefined) return undefined
  const checks: readonly (readonly [keyof IssuedKeyFields, boolean])[] = [
    ['role', covers(issuer.permissions, roles.get(wanted.role) ?? new Set())],
    ['models', isWithin(issuer.models, wanted.models)],
    ['routes', isWithin(issuer.routes, wanted.routes)],
    ['team', issuer.team === undefined || issuer.permissions.has('*') || issuer.team === wanted.team],
    ['criticality', wanted.criticality !== 'critical' || issuer.permissions.has('*') || issuer.criticality === 'critical'],
    ['expiresAtMs', isAtMost(issuer.expiresAtMs, wanted.expiresAtMs)],
    ['budget', isBudgetWithin(issuer.budget, wanted.budget)],
    [
      'limits',
      isAtMost(issuer.limits?.requestsPerMinute, wanted.limits?.requestsPerMinute) &&
        isAtMost(issuer.limits?.tokensPerMinute, wanted.limits?.tokensPerMinute) &&
        isAtMost(issuer.limits?.parallelRequests, wanted.limits?.parallelRequests),
    ],
  ]
  return checks.find(([, isGiven]) => !isGiven)?.[0]
}
