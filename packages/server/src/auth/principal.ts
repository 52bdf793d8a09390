import type { Call } from '@proxyapi/core'
import type { Allowance } from './rules.ts'

/** How much a caller's requests matter when not all can be served: the lowest are turned away first. */
export type Criticality = 'critical' | 'default' | 'sheddable'

/** What a caller's credential is: a key of the configuration, one that was issued, a token of an identity provider, a session of the console. */
export type PrincipalKind = 'configured' | 'issued' | 'jwt' | 'session'

/** Who asks, as its credential says. It outlives a request and is never changed. */
export interface Principal extends Allowance {
  /** Parts tenants: cache, receipts and usage are kept by it. */
  readonly id: string
  readonly kind: PrincipalKind
  /** For logs and receipts; never the credential. */
  readonly name: string
  readonly organisation?: string | undefined
  readonly team?: string | undefined
  /** Who answers for it. */
  readonly owner?: string | undefined
  /** The name of its set of permissions. */
  readonly role: string
  /** `user`, `cache:read`, `*:read`, `*`. */
  readonly permissions: ReadonlySet<string>
  /** Names of models it may ask for: `openai/gpt-4o`, `openai/*`, `*`. */
  readonly models: readonly string[]
  /** Paths it may ask: `/v1/models`, `/v1/*`; `undefined` for all. */
  readonly routes?: readonly string[] | undefined
  /** Written on each of its calls, besides those of the request. */
  readonly tags: readonly string[]
  readonly criticality: Criticality
  /** Unix milliseconds. */
  readonly expiresAtMs?: number | undefined
}

/** The principal of a call that came through the gateway; `undefined` for its own calls and where there are no keys. */
export function principalOf({ principal }: Pick<Call, 'principal'>): Principal | undefined {
  // The gateway hands its own object to the engine, which knows less of it.
  return principal !== undefined && 'permissions' in principal ? (principal as Principal) : undefined
}

/** Whether a caller is shown what others do, too. */
export function seesEverything({ permissions }: Pick<Principal, 'permissions'>): boolean {
  return permissions.has('*') || permissions.has('*:read')
}
