import { ProxyApiError } from '@proxyapi/core'
import type { Authenticator } from './authenticator.ts'
import type { ConfiguredKeys } from './configured-keys.ts'
import type { FailureThrottle } from './failure-throttle.ts'
import type { Principal } from './principal.ts'

/** Whether no credential came, or none that is good. */
export type AuthFailure = 'missing' | 'invalid'

/** As much of a request as authentication reads and writes. */
export interface Authenticated {
  principal: Principal | undefined
  authFailure: AuthFailure | undefined
  authorizedAtMs: number
  readonly now: () => number
  /** The path as it came in, without its query. */
  readonly path: string
  /** The peer's address, as the socket knows it. */
  readonly peerAddress: string | undefined
  header(name: string): string | undefined
  /** Whether a credential is there, good or not. */
  hasCredential(): boolean
}

/** Who may be asked whose a credential is: the configured keys first, then the others in order. */
export interface Authenticators {
  readonly configured: ConfiguredKeys
  readonly others: readonly Authenticator[]
  /** Bounds wrong credentials by address; `undefined` bounds nothing. */
  readonly throttle?: FailureThrottle | undefined
}

const message = 'A valid API key is needed: send it as "Authorization: Bearer <key>", "X-API-Key: <key>" or "api-key: <key>".'
const bearerForm = /^bearer +(\S+)$/i
/** Longer than any key or token that we take: an identity provider's with many groups has some kilobytes. */
const maxCredential = 16_384

/** The one credential of a request; `undefined` for none, several that differ or another scheme. A repeated header arrives joined by a comma. */
function credentialOf(authorization: string | undefined, apiKey: string | undefined, azureKey: string | undefined): string | undefined {
  const bearer = authorization === undefined ? undefined : bearerForm.exec(authorization)?.[1]
  if (authorization !== undefined && bearer === undefined) return undefined
  const first = bearer ?? (apiKey || azureKey || undefined)
  if (apiKey !== undefined && apiKey !== '' && apiKey !== first) return undefined
  if (azureKey !== undefined && azureKey !== '' && azureKey !== first) return undefined
  return first !== undefined && first.length > maxCredential ? undefined : first
}

/** Asks one after the other; the promise is there only when one of them has to wait. */
function askAll(
  others: readonly Authenticator[],
  credential: string,
  nowMs: number,
): Promise<Principal | undefined> | Principal | undefined {
  // By index: every request on a gateway with issued keys passes here.
  for (let index = 0; index < others.length; index++) {
    const found = others[index]?.authenticate(credential, nowMs)
    if (found instanceof Promise) return found.then((principal) => principal ?? askAll(others.slice(index + 1), credential, nowMs))
    if (found !== undefined) return found
  }
  return undefined
}

/** The refusal of a credential; of one too many from its address, another one. */
function refusal(request: Authenticated, { throttle }: Authenticators, nowMs: number): ProxyApiError {
  const isGiven = request.hasCredential()
  request.authFailure = isGiven ? 'invalid' : 'missing'
  const retryAfterMs = !isGiven ? undefined : throttle?.onFailure(request.peerAddress, nowMs)
  if (retryAfterMs === undefined) return new ProxyApiError({ code: 'invalid_api_key', message })
  return new ProxyApiError({
    code: 'rate_limit_exceeded',
    message: 'Too many requests with wrong keys came from this address.',
    retryAfterMs,
  })
}

function given(request: Authenticated): string | undefined {
  return credentialOf(request.header('authorization'), request.header('x-api-key'), request.header('api-key'))
}

/** Whose the credential of a request is; `undefined` for none and for one that nobody knows. */
export function findPrincipal(
  request: Authenticated,
  { configured, others }: Authenticators,
  nowMs: number,
): Promise<Principal | undefined> | Principal | undefined {
  const credential = given(request)
  if (credential === undefined) return undefined
  return configured.authenticate(credential, nowMs) ?? askAll(others, credential, nowMs)
}

/** Whether a request brings what only we could have given. */
export function bringsOwnForm(request: Authenticated, { others }: Pick<Authenticators, 'others'>): boolean {
  if (others.length === 0 || !request.hasCredential()) return false
  const credential = given(request)
  return credential !== undefined && others.some(({ isOwnForm }) => isOwnForm?.(credential) === true)
}

/** Finds out who asks and writes it on the request; the given credential is never echoed. @throws ProxyApiError `invalid_api_key`, `rate_limit_exceeded` */
export function authenticate(request: Authenticated, authenticators: Authenticators, nowMs: number): Promise<Principal> | Principal {
  request.authorizedAtMs = nowMs
  const keep = (principal: Principal | undefined): Principal => {
    if (principal === undefined) throw refusal(request, authenticators, nowMs)
    request.principal = principal
    return principal
  }
  const found = findPrincipal(request, authenticators, nowMs)
  return found instanceof Promise ? found.then(keep) : keep(found)
}
