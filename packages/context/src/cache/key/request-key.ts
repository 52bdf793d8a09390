import { canonicalObject, canonicalText } from './canonical-text.ts'

/** A cryptographic digest of a text, as a short printable text. With a weaker one tenants could forge keys of others. */
export type Digest = (text: string) => string

/** Fields of a request that do not change its answer. */
export const neutralFields: readonly string[] = ['stream', 'user', 'metadata', 'promptCacheKey']

/** Raised when what a key is made of changes: old entries are then never found again. */
const keyVersion = 2

/** How keys are made. */
export interface KeyOptions {
  readonly digest: Digest
  /** Top-level fields that do not matter. */
  readonly neutralFields: readonly string[]
}

/** What a key depends on besides the request. */
export interface KeyParts {
  /** The operation's name, for instance `chat`: equal requests of two operations have two answers. */
  readonly operation?: string | undefined
  /** Who may share the answer; `undefined` means everybody. */
  readonly tenant?: string | undefined
  /** A part of the tenant's own entries, chosen by the client. Never reaches into another tenant's. */
  readonly namespace?: string | undefined
  /** What else the answer depends on, for instance a pinned provider. */
  readonly variant?: unknown
}

/**
 * Makes the function that names a request's cache entry. Two requests get the same key exactly when operation, tenant,
 * namespace, variant and all their fields but the neutral ones are equal as JSON.
 */
export function createRequestKey({ digest, neutralFields }: KeyOptions): (request: object, parts: KeyParts) => string {
  const neutral = new Set(neutralFields)
  const prefixOf = createPrefix()
  return (request, parts) => digest(prefixOf(parts) + canonicalObject(request, neutral))
}

/** A list of self-delimiting texts: no tenant's name can be written so that it runs over into the namespace or the request. */
function toPrefix({ operation, tenant, namespace, variant }: KeyParts): string {
  return `${keyVersion}${canonicalText([operation, tenant, namespace, variant])}`
}

/** Remembers the last prefix: requests of one tenant tend to come one after the other. */
function createPrefix(): (parts: KeyParts) => string {
  let last: KeyParts = {}
  let prefix = toPrefix(last)
  return (parts) => {
    const { operation, tenant, namespace, variant } = parts
    if (variant !== undefined) return toPrefix(parts)
    if (operation === last.operation && tenant === last.tenant && namespace === last.namespace) return prefix
    last = { operation, tenant, namespace }
    prefix = toPrefix(last)
    return prefix
  }
}
