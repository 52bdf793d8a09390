import type { Criticality } from './principal.ts'
import type { Allowance } from './rules.ts'

/** What whoever issues a key decides. */
export interface IssuedKeyFields extends Allowance {
  readonly name: string
  readonly owner?: string | undefined
  /** The name of a team of the configuration. */
  readonly team?: string | undefined
  /** The name of a role. */
  readonly role: string
  readonly models: readonly string[]
  /** `undefined` for all paths. */
  readonly routes?: readonly string[] | undefined
  readonly tags: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
  readonly criticality: Criticality
  /** Unix milliseconds. */
  readonly expiresAtMs?: number | undefined
}

/** A secret from before a rotation, while it still serves. */
export interface PreviousSecret {
  readonly prefix: string
  /** Unix milliseconds. */
  readonly expiresAtMs: number
}

/** A key that the gateway has issued. Its secret is nowhere: only the digest is kept, apart from this. */
export interface IssuedKey extends IssuedKeyFields {
  readonly id: string
  /** The first characters of the secret, by which people tell keys apart. */
  readonly prefix: string
  readonly isBlocked: boolean
  /** Unix milliseconds, as all times here. */
  readonly createdAtMs: number
  /** The name of who issued it. */
  readonly createdBy?: string | undefined
  readonly updatedAtMs: number
  /** To within some seconds. */
  readonly lastUsedAtMs?: number | undefined
  readonly previous: readonly PreviousSecret[]
}
