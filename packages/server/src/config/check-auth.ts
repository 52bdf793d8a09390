import { builtInRoles, isPermissionText } from '../auth/permissions.ts'
import type { ConfigIssue } from '../errors/config-issue.ts'
import { checkKeys } from './check-keys.ts'
import type { GatewayConfig } from './config-schema.ts'

type Auth = GatewayConfig['auth']

function listed(names: readonly string[], none: string): string {
  return names.length === 0 ? none : names.join(', ').slice(0, 300)
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 60))
}

function checkTeams({ teams }: Auth): readonly ConfigIssue[] {
  const all = teams.map(({ name }) => name)
  return all.flatMap((name, index) =>
    all.indexOf(name) === index
      ? []
      : [{ path: ['auth', 'teams', index, 'name'], message: 'is there twice', found: shown(name), allowed: 'a name of its own' }],
  )
}

function checkRoles({ roles }: Auth): readonly ConfigIssue[] {
  return Object.entries(roles).flatMap(([name, permissions]): readonly ConfigIssue[] => {
    const path = ['auth', 'roles', name]
    if (builtInRoles.has(name)) return [{ path, message: 'is a role of every gateway', found: shown(name), allowed: 'a name of its own' }]
    return permissions.flatMap((permission, index) =>
      isPermissionText(permission)
        ? []
        : [
            {
              path: [...path, index],
              message: 'is no permission',
              found: shown(permission),
              allowed: 'user, * or area:read, area:write, area:cancel, area:*, where * stands for all areas',
            },
          ],
    )
  })
}

function checkNames({ api_keys: keys, teams, roles }: Auth): readonly ConfigIssue[] {
  const teamNames = teams.map(({ name }) => name)
  const roleNames = [...builtInRoles.keys(), ...Object.keys(roles)]
  return keys.flatMap((key, index): readonly ConfigIssue[] => {
    if (typeof key === 'string') return []
    const path = ['auth', 'api_keys', index]
    const { team, role } = key
    const noTeams = 'the name of a team in auth.teams, which has none'
    return [
      ...(team === undefined || teamNames.includes(team)
        ? []
        : [{ path: [...path, 'team'], message: 'names no team of auth.teams', found: shown(team), allowed: listed(teamNames, noTeams) }]),
      ...(roleNames.includes(role)
        ? []
        : [{ path: [...path, 'role'], message: 'names no role', found: shown(role), allowed: listed(roleNames, '') }]),
    ]
  })
}

function checkJwt({ jwt, roles }: Auth): readonly ConfigIssue[] {
  const { issuer, audience, jwks_url: url, roles: mapped, default_role: fallback } = jwt
  const path = ['auth', 'jwt']
  const missing = (name: string, allowed: string): ConfigIssue => ({
    path: [...path, name],
    message: 'is missing',
    found: 'nothing',
    allowed,
  })
  const known = [...builtInRoles.keys(), ...Object.keys(roles)]
  const wrongRole = (at: readonly string[], role: string | undefined): readonly ConfigIssue[] =>
    role === undefined || known.includes(role)
      ? []
      : [{ path: [...path, ...at], message: 'names no role', found: shown(role), allowed: listed(known, '') }]
  const isUsed = issuer !== '' || audience !== '' || url !== ''
  return [
    ...(isUsed && issuer === '' ? [missing('issuer', 'the "iss" of its tokens')] : []),
    ...(isUsed && (audience === '' || audience.length === 0) ? [missing('audience', 'the "aud" of tokens for this gateway')] : []),
    ...(isUsed && url === '' ? [missing('jwks_url', 'where the issuer publishes its keys')] : []),
    ...Object.entries(mapped).flatMap(([value, role]) => wrongRole(['roles', value], role)),
    ...wrongRole(['default_role'], fallback),
  ]
}

/** Keys, teams and roles: what is there twice, what names nothing, what nobody could send. */
export function checkAuth(config: GatewayConfig): readonly ConfigIssue[] {
  const { auth } = config
  return [...checkKeys(config), ...checkTeams(auth), ...checkRoles(auth), ...checkNames(auth), ...checkJwt(auth)]
}
