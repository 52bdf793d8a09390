import { createHash } from 'node:crypto'
import { isProxyApiError } from '@proxyapi/core'
import type { JWTPayload } from 'jose'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Principal } from '../auth/principal.ts'
import { createRecentMap } from '../capability/recent-map.ts'
import type { KeySet } from './key-set.ts'

const form = /^[\w-]+\.[\w-]+\.[\w-]+$/
const maxVerified = 10_000

export interface JwtAuthenticatorOptions {
  readonly issuer: string
  readonly audience: string | readonly string[]
  readonly algorithms: readonly string[]
  readonly clockToleranceSeconds: number
  readonly keySet: KeySet
  readonly toPrincipal: (payload: JWTPayload) => Principal | undefined
}

interface Verified {
  readonly principal: Principal
  /** Of the keys that verified it. */
  readonly generation: number
}

/** Knows the tokens of one issuer. A token is verified once, and then known until it expires or the issuer's keys change. */
export function createJwtAuthenticator(options: JwtAuthenticatorOptions): Authenticator {
  const { issuer, audience, algorithms, clockToleranceSeconds: clockTolerance, keySet, toPrincipal } = options
  const verified = createRecentMap<Verified>(maxVerified)

  const verify = async (token: string, digest: string, nowMs: number): Promise<Principal | undefined> => {
    // Keys that change meanwhile make the next request verify once more.
    const generation = keySet.generation()
    try {
      // Loaded by those who have an issuer.
      const { jwtVerify } = await import('jose')
      const { payload } = await jwtVerify(token, keySet.getKey, {
        issuer,
        audience: typeof audience === 'string' ? audience : [...audience],
        algorithms: [...algorithms],
        clockTolerance,
        currentDate: new Date(nowMs),
        requiredClaims: ['exp', 'sub'],
      })
      const principal = toPrincipal(payload)
      if (principal !== undefined) verified.set(digest, { principal, generation })
      return principal
    } catch (error) {
      // What is wrong with a token is its bearer's affair; that it can't be verified is ours.
      if (isProxyApiError(error)) throw error
      return undefined
    }
  }
  return {
    name: 'jwt',
    authenticate: (credential, nowMs) => {
      if (!form.test(credential)) return undefined
      const digest = createHash('sha256').update(credential).digest('base64')
      const known = verified.get(digest)
      if (known === undefined || known.generation !== keySet.generation()) return verify(credential, digest, nowMs)
      keySet.keepFresh()
      const { principal } = known
      return principal.expiresAtMs !== undefined && nowMs >= principal.expiresAtMs ? undefined : principal
    },
  }
}
