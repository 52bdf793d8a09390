import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** How much a key's requests matter when not all can be served: the lowest are turned away first. */
export type Criticality = 'critical' | 'default' | 'sheddable'

/** A key as configured. Exactly one of `key` and `keySha256` is set. */
export interface ConfiguredKey {
  readonly name: string
  readonly key?: string | undefined
  /** SHA-256 of the key in hexadecimal. */
  readonly keySha256?: string | undefined
  readonly role: 'user' | 'admin'
  /** Model names the key may ask for; `['*']` is all. */
  readonly models: readonly string[]
  readonly criticality?: Criticality | undefined
  /** Unix milliseconds. */
  readonly expiresAtMs?: number | undefined
}

/** A key as the gateway holds it: its digest, never the key. */
export interface KeyEntry {
  readonly id: string
  readonly name: string
  readonly role: 'user' | 'admin'
  readonly models: readonly string[]
  readonly criticality: Criticality
  readonly expiresAtMs?: number | undefined
}

/** Knows keys by the digest of the whole key. */
export interface KeyRing {
  /** Whether any key is configured; without one the gateway is open (and bound to loopback). */
  readonly isEmpty: boolean
  /** Whether several keys share the gateway, so that one must leave room for the others. */
  readonly isShared: boolean
  readonly find: (key: string, nowMs: number) => KeyEntry | undefined
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

interface StoredKey {
  readonly digest: Buffer
  readonly entry: KeyEntry
}

/** Keyed, so that who reads an id in a log can't try keys against it. */
function idOf(digest: Buffer, secret: string): string {
  return createHmac('sha256', secret).update('key\n').update(digest).digest('hex').slice(0, 16)
}

function toStoredKey(configured: ConfiguredKey, secret: string): StoredKey {
  const digest = configured.key === undefined ? Buffer.from(configured.keySha256 ?? '', 'hex') : digestOf(configured.key)
  const { name, role, models, expiresAtMs, criticality = 'default' } = configured
  return { digest, entry: { id: idOf(digest, secret), name, role, models, criticality, expiresAtMs } }
}

/** `secret` makes the ids of keys: the same for as long as it is the same. */
export function createKeyRing(keys: readonly ConfiguredKey[], secret: string): KeyRing {
  const byDigest = new Map(keys.map((key) => toStoredKey(key, secret)).map((one) => [one.digest.toString('hex'), one]))
  return {
    isEmpty: byDigest.size === 0,
    isShared: byDigest.size > 1,
    find: (key, nowMs) => {
      const digest = digestOf(key)
      const found = byDigest.get(digest.toString('hex'))
      if (found === undefined || !timingSafeEqual(found.digest, digest)) return undefined
      return found.entry.expiresAtMs !== undefined && nowMs >= found.entry.expiresAtMs ? undefined : found.entry
    },
  }
}

/** Whether a key may ask for a model, by the name the caller wrote. `openai/*` stands for all of a provider. */
export function mayUse(entry: KeyEntry | undefined, model: string): boolean {
  if (entry === undefined) return true
  return entry.models.some(
    (allowed) => allowed === '*' || allowed === model || (allowed.endsWith('/*') && model.startsWith(allowed.slice(0, -1))),
  )
}
