import { canonicalJson, canonicalObject } from './canonical-json.ts'

/** A cryptographic digest of a text, as a short printable text. Not cryptographic means that tenants could forge keys of others. */
export type Digest = (text: string) => string

/** Fields of a request that do not change its answer. */
export const neutralFields: readonly string[] = ['stream', 'user', 'metadata', 'promptCacheKey']

/** Raised when what a key is made of changes: old entries are then never found again. */
const keyVersion = 1

export interface KeyOptions {
  readonly digest: Digest
  /** Top-level fields that do not matter. */
  readonly neutralFields: readonly string[]
}

export interface KeyParts {
  /** Who may share the answer; `undefined` means everybody. */
  readonly tenant?: string | undefined
  /** A part of the tenant's own entries, chosen by the client. Never reaches into another tenant's. */
  readonly namespace?: string | undefined
  /** What else the answer depends on, for instance a pinned provider. */
  readonly variant?: unknown
}

/**
 * Makes the function that names a request's cache entry. Two requests get the same key exactly when tenant, namespace,
 * variant and all their fields but the neutral ones are equal as JSON.
 */
export function createRequestKey({ digest, neutralFields }: KeyOptions): (request: object, parts: KeyParts) => string {
  const neutral = new Set(neutralFields)
  return (request, { tenant, namespace, variant }) => {
    const what = canonicalObject(request, neutral)
    // A JSON list: no tenant's name can be written so that it runs over into the namespace or the request.
    return digest(`[${keyVersion},${canonicalJson([tenant, namespace, variant])},${what}]`)
  }
}
