import { type CanonicalTexts, createCanonicalTexts, type Digest } from './canonical-text.ts'

/**
 * Fields of a request that do not change its answer, in neutral form and as clients write them: how it is delivered, on whose behalf
 * it is asked, and hints to a provider's own cache (platform.openai.com/docs/api-reference/chat/create, 2026-10).
 */
export const neutralFields: readonly string[] = ['stream', 'stream_options', 'user', 'metadata', 'promptCacheKey', 'prompt_cache_key']

/** Raised when what a key is made of changes: old entries are then never found again. */
const keyVersion = 4

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
  /** The wire language that the request is written in; `undefined` for the neutral one. Equal bodies of two languages are two questions. */
  readonly dialect?: string | undefined
  /** Who may share the answer; `undefined` means everybody. */
  readonly tenant?: string | undefined
  /** A part of the tenant's own entries, chosen by the client. Never reaches into another tenant's. */
  readonly namespace?: string | undefined
  /** What else the answer depends on, for instance a pinned provider. */
  readonly variant?: unknown
}

/**
 * Makes the function that names a request's cache entry. Two requests get the same key exactly when operation, dialect,
 * tenant, namespace, variant and all their fields but the neutral ones are equal as JSON, the order of keys included where a client
 * makes them up.
 */
export function createRequestKey({ digest, neutralFields }: KeyOptions): (request: object, parts: KeyParts) => string {
  const neutral = new Set(neutralFields)
  const texts = createCanonicalTexts(digest)
  const prefixOf = createPrefix(texts)
  return (request, parts) => digest(prefixOf(parts) + texts.ofRequest(request, neutral))
}

/** A list of self-delimiting texts: no tenant's name can be written so that it runs over into the namespace or the request. */
function toPrefix({ operation, dialect, tenant, namespace, variant }: KeyParts, texts: CanonicalTexts): string {
  return `${keyVersion}${texts.ofValue([operation, dialect, tenant, namespace, variant])}`
}

/** Remembers the last prefix: requests of one tenant tend to come one after the other. */
function createPrefix(texts: CanonicalTexts): (parts: KeyParts) => string {
  let last: KeyParts = {}
  let prefix = toPrefix(last, texts)
  return (parts) => {
    const { operation, dialect, tenant, namespace, variant } = parts
    if (variant !== undefined) return toPrefix(parts, texts)
    if (operation === last.operation && dialect === last.dialect && tenant === last.tenant && namespace === last.namespace) return prefix
    last = { operation, dialect, tenant, namespace }
    prefix = toPrefix(last, texts)
    return prefix
  }
}
