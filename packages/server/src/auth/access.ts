import { ProxyApiError } from '@proxyapi/core'
import { type Authenticated, authenticate } from './authenticate.ts'
import type { KeyRing } from './keys.ts'

/**
 * Who may use a route. `public` is everybody; `observe` a key, or everybody where metrics are public; `user` any key; `admin`
 * a key with that role. A permission such as `cache:write` belongs to admins.
 */
export type Access = 'public' | 'observe' | 'user' | 'admin' | Permission
/** A permission for one area, such as `audit:read`. Belongs to admins. */
export type Permission = `${string}:${'read' | 'write' | 'cancel'}`

export interface AccessRules {
  readonly keys: KeyRing
  /** Whether metrics and detailed health are open to everybody. */
  readonly metricsPublic: boolean
  readonly now: () => number
}

/** Lets a request through that may have the access, and everybody on a gateway without keys: it listens to its own machine alone. @throws ProxyApiError `invalid_api_key`, `forbidden` */
export function authorize(request: Authenticated, access: Access, { keys, metricsPublic, now }: AccessRules): void {
  if (access === 'public' || keys.isEmpty || (access === 'observe' && metricsPublic)) {
    request.authorizedAtMs = now()
    return
  }
  authenticate(request, keys, now)
  if (access === 'user' || access === 'observe') return
  if (request.key !== undefined && request.key.role !== 'admin')
    throw new ProxyApiError({ code: 'forbidden', message: 'This key may not do that: it needs the role "admin".' })
}
