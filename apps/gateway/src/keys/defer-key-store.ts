import type { KeyStore } from '@proxyapi/server'

/**
 * A store that is opened by its first writer. Until then there are no keys, unless another process has made the file (`isMade`). One that can't be
 * opened fails the call that needs it, and the next one tries again.
 */
export function deferKeyStore(open: () => Promise<KeyStore>, isMade: () => boolean): KeyStore {
  let opened: Promise<KeyStore> | undefined
  const store = (): Promise<KeyStore> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const made = (): Promise<KeyStore> | undefined => (opened !== undefined || isMade() ? store() : undefined)
  return {
    create: async (key, secret) => (await store()).create(key, secret),
    find: async (digest, nowMs) => (await made())?.find(digest, nowMs),
    get: async (id) => (await made())?.get(id),
    list: async (query) => (await (await made())?.list(query)) ?? [],
    update: async (id, change) => (await made())?.update(id, change),
    rotate: async (id, secret, times) => (await made())?.rotate(id, secret, times),
    remove: async (id) => (await (await made())?.remove(id)) ?? false,
    touch: async (uses) => (await made())?.touch(uses),
    changesAfter: async (sequence) => (await (await made())?.changesAfter(sequence)) ?? { sequence: 0, ids: [] },
    close: async () => {
      // One that could not be opened has nothing to close.
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}
