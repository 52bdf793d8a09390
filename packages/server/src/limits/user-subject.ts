import { createHash } from 'node:crypto'
import type { Call } from '@proxyapi/core'
import { createRecentMap } from '@proxyapi/core/limits'
import { principalOf } from '../auth/principal.ts'
import type { LimitSubject } from './limit-take.ts'

const maxRemembered = 10_000

/**
 * The end user of a call as a subject of limits, by a digest: stores need not know who it is. Users of two tenants are two, for one tenant must not use up
 * what another's user has. A tenant is a team, or a key without one.
 */
export function createUserSubject(): (call: Call) => LimitSubject | undefined {
  const digests = createRecentMap<string>(maxRemembered)
  const digestOf = (user: string): string => {
    const known = digests.get(user)
    if (known !== undefined) return known
    const made = userDigest(user)
    if (user.length <= 256) digests.set(user, made)
    return made
  }
  return (call) => {
    const { user } = call
    if (user === undefined || user === '') return undefined
    const principal = principalOf(call)
    const tenant = principal?.team ?? principal?.id ?? ''
    return { scope: 'user', id: `${digestOf(user)}:${tenant}`, name: '' }
  }
}

export function userDigest(user: string): string {
  return createHash('sha256').update(user).digest('hex').slice(0, 32)
}
