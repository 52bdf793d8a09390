import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Authenticator } from './authenticator.ts'
import { builtInRoles } from './permissions.ts'
import type { Criticality, Principal } from './principal.ts'
import type { Allowance } from './rules.ts'

/** A key as configured. Exactly one of `key` and `keySha256` is set. */
export interface ConfiguredKey extends Allowance {
  readonly name: string
  readonly key?: string | undefined
  /** SHA-256 of the key in hexadecimal. */
  readonly keySha256?: string | undefined
  /** The name of a role. */
  readonly role: string
  /** What the role may; `undefined` for a built-in one. */
  readonly permissions?: ReadonlySet<string> | undefined
  /** Model names the key may ask for; `['*']` is all. */
  readonly models: readonly string[]
  readonly routes?: readonly string[] | undefined
  readonly team?: string | undefined
  readonly owner?: string | undefined
  readonly tags?: readonly string[] | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly criticality?: Criticality | undefined
  /** Unix milliseconds. */
  readonly expiresAtMs?: number | undefined
}

/** Knows the keys of the configuration by the digest of the whole key, and answers at once. */
export interface ConfiguredKeys extends Authenticator {
  readonly size: number
  readonly authenticate: (credential: string, nowMs: number) => Principal | undefined
  /** All of them, in the order of the configuration. */
  readonly principals: readonly Principal[]
}

interface StoredKey {
  readonly digest: Buffer
  readonly principal: Principal
}

const nothing: ReadonlySet<string> = new Set()

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** Keyed, so that who reads an id in a log can't try keys against it. */
function idOf(digest: Buffer, secret: string): string {
  return createHmac('sha256', secret).update('key\n').update(digest).digest('hex').slice(0, 16)
}

function toStoredKey(configured: ConfiguredKey, secret: string): StoredKey {
  const { key, keySha256 = '', criticality = 'default', tags = [], role } = configured
  const digest = key === undefined ? Buffer.from(keySha256, 'hex') : digestOf(key)
  const { name, models, routes, team, owner, limits, budget, expiresAtMs } = configured
  // A role that nobody defined may do nothing.
  const permissions = configured.permissions ?? builtInRoles.get(role) ?? nothing
  const rules = { limits, budget, criticality, expiresAtMs }
  return {
    digest,
    principal: { id: idOf(digest, secret), kind: 'configured', name, team, owner, role, permissions, models, routes, tags, ...rules },
  }
}

/** `secret` makes the ids of keys: the same for as long as it is the same. */
export function createConfiguredKeys(keys: readonly ConfiguredKey[], secret: string): ConfiguredKeys {
  const stored = keys.map((key) => toStoredKey(key, secret))
  const byDigest = new Map(stored.map((one) => [one.digest.toString('hex'), one]))
  return {
    name: 'configured',
    size: byDigest.size,
    principals: stored.map(({ principal }) => principal),
    authenticate: (credential, nowMs) => {
      if (byDigest.size === 0) return undefined
      const digest = digestOf(credential)
      const found = byDigest.get(digest.toString('hex'))
      if (found === undefined || !timingSafeEqual(found.digest, digest)) return undefined
      const { principal } = found
      return principal.expiresAtMs !== undefined && nowMs >= principal.expiresAtMs ? undefined : principal
    },
  }
}
