/** A permission for one area, such as `audit:read`. */
export type Permission = `${string}:${'read' | 'write' | 'cancel'}`

/**
 * Who may use a route. `public` is everybody; `observe` any credential, or everybody where metrics are public; `key` any
 * credential; `user` who may ask models; `admin` who may do everything; a permission such as `cache:write` whose role has it.
 */
export type Access = 'public' | 'observe' | 'key' | 'user' | 'admin' | Permission

/** The roles of every gateway, as sets of permissions: `*` is everything, `*:read` all that changes nothing. */
export const builtInRoles: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['viewer', new Set(['*:read'])],
  ['user', new Set(['user'])],
  ['admin', new Set(['*'])],
])

const permissionForm = /^(?:user|\*|(?:[a-z][a-z_-]{0,31}|\*):(?:read|write|cancel|\*))$/

/** Whether a role may be made of a text: `user`, `*`, `cache:write`, `*:read`, `cache:*`. */
export function isPermissionText(text: string): boolean {
  return permissionForm.test(text)
}

/** Whether a set of permissions suffices. What is unknown is refused. */
export function isPermitted(permissions: ReadonlySet<string>, access: Access): boolean {
  if (access === 'public' || access === 'observe' || access === 'key') return true
  if (permissions.has('*') || permissions.has(access)) return true
  const colon = access.indexOf(':')
  if (colon === -1) return false
  return permissions.has(`*${access.slice(colon)}`) || permissions.has(`${access.slice(0, colon)}:*`)
}

/** Whether every permission of one set is also one of another: nobody gives away more than they have. */
export function covers(permissions: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  return [...wanted].every((one) => permissions.has('*') || permissions.has(one) || isPermitted(permissions, one as Access)) // an unknown text is refused
}
