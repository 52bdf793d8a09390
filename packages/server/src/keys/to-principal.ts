import type { IssuedKey } from '../auth/issued-key.ts'
import type { Principal } from '../auth/principal.ts'

const nothing: ReadonlySet<string> = new Set()

/** Roles by name, as the configuration has them. */
export type Roles = ReadonlyMap<string, ReadonlySet<string>>

/** Who asks with an issued key. A role that the configuration no longer has may do nothing. */
export function toPrincipal(key: IssuedKey, roles: Roles): Principal {
  const { id, name, owner, team, role, models, routes, tags, limits, budget, criticality, expiresAtMs } = key
  const permissions = roles.get(role) ?? nothing
  const rules = { limits, budget, criticality, expiresAtMs }
  return { id, kind: 'issued', name, owner, team, role, permissions, models, routes, tags, ...rules }
}
