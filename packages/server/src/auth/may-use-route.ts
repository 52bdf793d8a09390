import type { Principal } from './principal.ts'

/** Whether a caller may ask at a path as it came in: the path itself, or one below a listed `/v1/*`. */
export function mayUseRoute({ routes }: Pick<Principal, 'routes'>, path: string): boolean {
  if (routes === undefined) return true
  return routes.some((allowed) => allowed === path || (allowed.endsWith('*') && path.startsWith(allowed.slice(0, -1))))
}
