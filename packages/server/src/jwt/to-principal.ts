import { createHmac } from 'node:crypto'
import type { JWTPayload } from 'jose'
import type { Principal } from '../auth/principal.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { toAllowance, toRoles } from '../config/to-keys.ts'

const maxName = 128
/** More roles than a person has; what is beyond them is not looked at. */
const maxValues = 200

/** A claim by its path: `realm_access.roles` is `roles` within `realm_access`. A claim whose own name has dots goes first. */
export function claimOf(payload: Readonly<Record<string, unknown>>, path: string): unknown {
  if (path === '') return undefined
  if (Object.hasOwn(payload, path)) return payload[path]
  let value: unknown = payload
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[step] // an object with that member
  }
  return value
}

/** The texts of a claim: a list, one text, or several with spaces between them (as `scope` has it, RFC 8693 section 4.2). */
export function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(' ') : []
  return list.slice(0, maxValues).filter((one): one is string => typeof one === 'string' && one !== '')
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, maxName) : undefined
}

export interface PrincipalRules {
  readonly auth: GatewayConfig['auth']
  /** Makes pseudonyms of subjects. */
  readonly secret: string
}

/** Makes principals of the claims of tokens whose signature, issuer, audience and times have been verified. */
export function createClaimReader({ auth, secret }: PrincipalRules): (payload: JWTPayload) => Principal | undefined {
  const { jwt } = auth
  const roles = toRoles(auth)
  const allowance = toAllowance(jwt)
  const isMapped = Object.keys(jwt.roles).length > 0
  const toRole = (value: string): string | undefined => {
    if (!isMapped) return roles.has(value) ? value : undefined
    return Object.hasOwn(jwt.roles, value) ? jwt.roles[value] : undefined
  }
  return (payload) => {
    const { sub, iss = '', exp } = payload
    if (sub === undefined || sub === '' || exp === undefined) return undefined
    const known = textsOf(claimOf(payload, jwt.role_claim)).flatMap((value) => toRole(value) ?? [])
    const held = known.length > 0 ? known : jwt.default_role === undefined ? [] : [jwt.default_role]
    const id = createHmac('sha256', secret).update(`jwt\n${iss}\n${sub}`).digest('hex').slice(0, 16)
    return {
      id,
      kind: 'jwt',
      name: nameOf(claimOf(payload, jwt.name_claim)) ?? `jwt-${id.slice(0, 8)}`,
      organisation: nameOf(claimOf(payload, jwt.organisation_claim)),
      team: nameOf(claimOf(payload, jwt.team_claim)),
      role: held[0] ?? 'none',
      permissions: new Set(held.flatMap((role) => [...(roles.get(role) ?? [])])),
      models: jwt.models,
      routes: jwt.routes,
      tags: [],
      criticality: 'default',
      ...allowance,
      expiresAtMs: (exp + jwt.clock_tolerance_seconds) * 1_000,
    }
  }
}
