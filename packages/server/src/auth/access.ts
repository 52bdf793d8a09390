import { ProxyApiError } from '@proxyapi/core'
import { type Authenticated, type Authenticators, authenticate, bringsOwnForm, findPrincipal } from './authenticate.ts'
import { mayUseRoute } from './may-use-route.ts'
import { type Access, isPermitted } from './permissions.ts'
import type { Principal } from './principal.ts'

export interface AccessRules extends Authenticators {
  /** Whether everybody may do everything: a gateway that knows no credentials listens to its own machine alone. */
  readonly isOpen: boolean
  /** Whether metrics and detailed health are open to everybody. */
  readonly metricsPublic: boolean
}

/** One access, or several of which one suffices. */
export type Needed = Access | readonly Access[]

function some(needed: Needed, test: (access: Access) => boolean): boolean {
  return typeof needed === 'string' ? test(needed) : needed.some(test)
}

function wordsFor(needed: Needed): string {
  const first = typeof needed === 'string' ? needed : (needed[0] ?? 'admin')
  return first === 'admin' || first === 'user' ? `the role "${first}"` : `the permission "${first}", which the role "admin" has`
}

function assertPermitted(principal: Principal, request: Authenticated, needed: Needed): void {
  if (!some(needed, (access) => isPermitted(principal.permissions, access)))
    throw new ProxyApiError({ code: 'forbidden', message: `This key may not do that: it needs ${wordsFor(needed)}.` })
  if (!mayUseRoute(principal, request.path)) throw new ProxyApiError({ code: 'forbidden', message: 'This key may not ask at this path.' })
}

/** Writes down who asks, where a credential is known, and lets everybody else through but who brings what only we could have given. */
function identify(request: Authenticated, rules: AccessRules): Promise<void> | void {
  const nowMs = request.now()
  request.authorizedAtMs = nowMs
  if (rules.others.length === 0 || !request.hasCredential()) return
  if (bringsOwnForm(request, rules)) {
    const found = authenticate(request, rules, nowMs)
    return found instanceof Promise ? found.then(() => undefined) : undefined
  }
  const found = findPrincipal(request, rules, nowMs)
  if (found instanceof Promise) {
    const keep = (principal: Principal | undefined): void => {
      request.principal = principal
    }
    // Where everybody may do everything, a store that is away refuses nobody.
    return found.then(keep, () => undefined)
  }
  request.principal = found
}

/**
 * Lets a request through that may have the access, and everybody on a gateway that knows no credentials. The promise is there
 * only when somebody has to be asked whose a credential is.
 *
 * @throws ProxyApiError `invalid_api_key`, `forbidden`
 */
export function authorize(request: Authenticated, needed: Needed, rules: AccessRules): Promise<void> | void {
  // Most routes need one access, and it is none of these two.
  const isForAll = (access: Access): boolean => access === 'public' || (access === 'observe' && rules.metricsPublic)
  if (needed !== 'user' && some(needed, isForAll)) {
    request.authorizedAtMs = request.now()
    return
  }
  if (rules.isOpen) return identify(request, rules)
  const found = authenticate(request, rules, request.now())
  if (found instanceof Promise) return found.then((principal) => assertPermitted(principal, request, needed))
  assertPermitted(found, request, needed)
}
