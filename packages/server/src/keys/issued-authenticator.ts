import { ProxyApiError } from '@proxyapi/core'
import type { Authenticator } from '../auth/authenticator.ts'
import type { IssuedKey } from '../auth/issued-key.ts'
import type { FoundKey } from '../auth/key-store.ts'
import type { Principal } from '../auth/principal.ts'
import type { FoundKeys } from './found-keys.ts'
import { digestOf, isIssuedForm } from './key-secret.ts'
import { type Roles, toPrincipal } from './to-principal.ts'

export interface IssuedAuthenticatorDeps {
  readonly found: FoundKeys
  readonly roles: Roles
  /** The gateway's secret, under which keys are kept. */
  readonly secret: string
  /** Called for each request that a key has let in. */
  readonly onUse: (id: string, nowMs: number) => void
}

function isInForce({ key, secretExpiresAtMs }: FoundKey, nowMs: number): boolean {
  if (key.isBlocked || (key.expiresAtMs !== undefined && nowMs >= key.expiresAtMs)) return false
  return secretExpiresAtMs === undefined || nowMs < secretExpiresAtMs
}

function unavailable(cause: unknown): ProxyApiError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'overloaded') return cause as ProxyApiError // the brand's own code
  const message = "The store of issued keys can't be read at the moment, so that it is not known whose this key is."
  return new ProxyApiError({ code: 'storage_unavailable', message, retryable: true, cause })
}

/**
 * Knows the keys that were issued. A key is looked up by the keyed digest of all of it, which nobody can choose: how long that
 * takes says nothing of how near a guess came. @throws ProxyApiError `storage_unavailable`, `overloaded`
 */
export function createIssuedAuthenticator({ found, roles, secret, onUse }: IssuedAuthenticatorDeps): Authenticator {
  const principals = new WeakMap<IssuedKey, Principal>()
  const principalOf = (key: IssuedKey): Principal => {
    const known = principals.get(key)
    if (known !== undefined) return known
    const made = toPrincipal(key, roles)
    principals.set(key, made)
    return made
  }
  const admit = (one: FoundKey | undefined, nowMs: number): Principal | undefined => {
    if (one === undefined || !isInForce(one, nowMs)) return undefined
    onUse(one.key.id, nowMs)
    return principalOf(one.key)
  }
  return {
    name: 'issued',
    isOwnForm: isIssuedForm,
    authenticate: (credential, nowMs) => {
      if (!isIssuedForm(credential)) return undefined
      const one = found.find(digestOf(credential, secret), nowMs)
      if (!(one instanceof Promise)) return admit(one, nowMs)
      return one.then(
        (key) => admit(key, nowMs),
        (error: unknown) => {
          throw unavailable(error)
        },
      )
    },
  }
}
