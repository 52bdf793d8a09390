import { ProxyApiError } from '@proxyapi/core'
import type { IssuedKey, PreviousSecret } from '../auth/issued-key.ts'
import type { KeyQuery, KeySecret, KeyStore } from '../auth/key-store.ts'

interface HeldSecret extends KeySecret {
  readonly keyId: string
  readonly expiresAtMs?: number | undefined
}

/** A key may have as many secrets at once; the oldest gives way. */
const maxSecrets = 10

/** Newest first; of one moment by their ids. */
function isBehind(key: IssuedKey, { createdAtMs, id }: NonNullable<KeyQuery['after']>): boolean {
  return key.createdAtMs < createdAtMs || (key.createdAtMs === createdAtMs && key.id < id)
}

function matches(key: IssuedKey, { after, team, owner }: KeyQuery): boolean {
  return (
    (after === undefined || isBehind(key, after)) &&
    (team === undefined || key.team === team) &&
    (owner === undefined || key.owner === owner)
  )
}

/** The secrets of keys by their digests. */
function createSecrets() {
  const secrets = new Map<string, HeldSecret>()
  const secretsOf = (id: string): readonly HeldSecret[] => [...secrets.values()].filter(({ keyId }) => keyId === id)
  const previousOf = (id: string): readonly PreviousSecret[] =>
    secretsOf(id).flatMap(({ prefix, expiresAtMs }) => (expiresAtMs === undefined ? [] : [{ prefix, expiresAtMs }]))
  const add = (keyId: string, { digest, prefix }: KeySecret): void => {
    if (secrets.has(digest)) throw new ProxyApiError({ code: 'conflict', message: 'This secret has been issued already.' })
    secrets.set(digest, { digest, prefix, keyId })
  }
  const retire = (id: string, { nowMs, graceUntilMs }: { readonly nowMs: number; readonly graceUntilMs: number }): void => {
    for (const held of secretsOf(id)) {
      const expiresAtMs = Math.min(held.expiresAtMs ?? graceUntilMs, graceUntilMs)
      if (expiresAtMs <= nowMs) secrets.delete(held.digest)
      else secrets.set(held.digest, { ...held, expiresAtMs })
    }
    for (const { digest } of secretsOf(id).slice(0, -(maxSecrets - 1))) secrets.delete(digest)
  }
  const drop = (id: string): void => {
    for (const { digest } of secretsOf(id)) secrets.delete(digest)
  }
  return { get: (digest: string) => secrets.get(digest), previousOf, retire, add, drop }
}

/** Keeps issued keys in memory: they last as long as the process. For tests and for embedders that bring keys of their own. */
export function createMemoryKeyStore(): KeyStore {
  const keys = new Map<string, IssuedKey>()
  const { previousOf, retire, add, drop, get } = createSecrets()
  let sequence = 0

  const keep = (key: IssuedKey): IssuedKey => {
    keys.set(key.id, key)
    sequence++
    return key
  }
  return {
    create: async (key, secret) => {
      add(key.id, secret)
      keep(key)
    },
    find: async (digest, nowMs) => {
      const held = get(digest)
      const key = held === undefined ? undefined : keys.get(held.keyId)
      if (key === undefined || (held?.expiresAtMs !== undefined && held.expiresAtMs <= nowMs)) return undefined
      return { key, secretExpiresAtMs: held?.expiresAtMs }
    },
    get: async (id) => keys.get(id),
    list: async (query) =>
      [...keys.values()]
        .filter((key) => matches(key, query))
        .sort((a, b) => (isBehind(a, b) ? 1 : -1))
        .slice(0, query.limit),
    update: async (id, change) => {
      const present = keys.get(id)
      return present === undefined ? undefined : keep({ ...change(present), lastUsedAtMs: present.lastUsedAtMs })
    },
    rotate: async (id, secret, times) => {
      const present = keys.get(id)
      if (present === undefined) return undefined
      retire(id, times)
      add(id, secret)
      return keep({ ...present, prefix: secret.prefix, updatedAtMs: times.nowMs, previous: previousOf(id) })
    },
    remove: async (id) => {
      drop(id)
      if (keys.delete(id)) sequence++
      else return false
      return true
    },
    touch: async (uses) => {
      for (const [id, atMs] of uses) {
        const key = keys.get(id)
        if (key !== undefined && (key.lastUsedAtMs ?? 0) < atMs) keys.set(id, { ...key, lastUsedAtMs: atMs })
      }
    },
    changesAfter: async (before) => ({ sequence, ids: before === undefined || before === sequence ? [] : undefined }),
    close: async () => undefined,
  }
}
