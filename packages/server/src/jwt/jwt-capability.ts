import type { Capability } from '../capability/capability.ts'
import { createKept, type Kept } from '../capability/kept.ts'
import { createJwtAuthenticator } from './jwt-authenticator.ts'
import { createKeySet, type KeySet } from './key-set.ts'
import type { KeySetStore } from './key-set-store.ts'
import { createClaimReader } from './to-principal.ts'

/** Callers with tokens of an identity provider, where `auth.jwt` names one. */
export function createJwtCapability(secret: string, store: KeySetStore | undefined): Capability<Kept<KeySet>> {
  return {
    name: 'jwt',
    open: () => createKept(),
    compile: ({ auth }, kept, context) => {
      const { deps } = context
      const { issuer, audience, algorithms, clock_tolerance_seconds: clockToleranceSeconds, jwks_url: url } = auth.jwt
      if (issuer === '') return {}
      const times = { cacheMs: auth.jwt.jwks_cache_seconds * 1_000, offlineMs: auth.jwt.jwks_offline_seconds * 1_000 }
      const keySet = kept({ url, ...times }, context, () => createKeySet({ url, ...times, store }, deps))
      const toPrincipal = createClaimReader({ auth, secret })
      return {
        authenticator: createJwtAuthenticator({ issuer, audience, algorithms, clockToleranceSeconds, keySet, toPrincipal }),
        closesGateway: true,
        degradedBy: () => (keySet.isOffline() ? ["the identity provider's keys can't be read"] : []),
      }
    },
  }
}
