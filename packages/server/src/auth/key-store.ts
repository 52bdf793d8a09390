import type { IssuedKey } from './issued-key.ts'

/** What is kept of a secret: a keyed digest, and what may be seen of it. */
export interface KeySecret {
  /** HMAC-SHA-256 of the whole key under the gateway's secret, in hexadecimal. */
  readonly digest: string
  readonly prefix: string
}

/** A key found by one of its secrets. */
export interface FoundKey {
  readonly key: IssuedKey
  /** When the secret that was shown stops serving, where it is from before a rotation. Unix milliseconds. */
  readonly secretExpiresAtMs?: number | undefined
}

/** Where a page of a list begins: behind this key. */
export interface KeyCursor {
  readonly createdAtMs: number
  readonly id: string
}

/** Which keys are wanted: newest first. */
export interface KeyQuery {
  readonly limit: number
  readonly after?: KeyCursor | undefined
  readonly team?: string | undefined
  readonly owner?: string | undefined
}

/** What has changed since somebody looked last. */
export interface KeyChanges {
  /** The number of the last change, to be given the next time. */
  readonly sequence: number
  /** The keys that have changed; `undefined` when they may be any. */
  readonly ids: readonly string[] | undefined
}

/**
 * Keeps issued keys. Several gateways may share one: what one changes the others see in `changesAfter`, whose numbers rise in the
 * order in which changes take effect. A store that can't be reached rejects with its own error.
 */
export interface KeyStore {
  /** @throws ProxyApiError `conflict` when the secret is known already */
  readonly create: (key: IssuedKey, secret: KeySecret) => Promise<void>
  /** The key of a secret by its digest; not of one whose grace period is over at `nowMs`. Blocked and expired keys are found, too. */
  readonly find: (digest: string, nowMs: number) => Promise<FoundKey | undefined>
  readonly get: (id: string) => Promise<IssuedKey | undefined>
  readonly list: (query: KeyQuery) => Promise<readonly IssuedKey[]>
  /** Replaces a key by what `change` makes of it, in one step that nothing comes between. An error of `change` leaves it as it is. */
  readonly update: (id: string, change: (present: IssuedKey) => IssuedKey) => Promise<IssuedKey | undefined>
  /** Gives a key a new secret; those before it serve until `graceUntilMs` at most. */
  readonly rotate: (
    id: string,
    secret: KeySecret,
    times: { readonly nowMs: number; readonly graceUntilMs: number },
  ) => Promise<IssuedKey | undefined>
  /** Whether there was such a key. */
  readonly remove: (id: string) => Promise<boolean>
  /** Writes down when keys were used last, by their ids; an earlier time replaces no later one. */
  readonly touch: (uses: ReadonlyMap<string, number>) => Promise<void>
  /** Changes after a number; `undefined` asks for the present number alone. */
  readonly changesAfter: (sequence: number | undefined) => Promise<KeyChanges>
  readonly close: () => Promise<void>
}
