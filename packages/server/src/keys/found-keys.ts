import { ProxyApiError } from '@proxyapi/core'
import type { FoundKey, KeyChanges, KeyStore } from '../auth/key-store.ts'
import { createRecentMap } from '../capability/recent-map.ts'

/** How many keys are remembered, and how many digests that no key has. */
const maxFound = 10_000
const maxUnknown = 10_000
/** An unknown digest is looked up again after this: a key that another gateway has issued must not stay unknown. */
const unknownForMs = 5_000
/** Look-ups under way at once; further ones wait their turn. */
const maxLookUps = 16
const maxWaiting = 1_000

/** Keys by the digest of their secret: from memory where they are known, else from the store. */
export interface FoundKeys {
  /** The promise is there only when the store has to be asked. It rejects as the store does, and with `overloaded`. */
  readonly find: (digest: string, nowMs: number) => Promise<FoundKey | undefined> | FoundKey | undefined
  /** Forgets what has changed. */
  readonly forget: (changes: Pick<KeyChanges, 'ids'>) => void
  readonly figures: () => { readonly found: number; readonly unknown: number }
}

export function createFoundKeys(store: Pick<KeyStore, 'find'>): FoundKeys {
  const found = createRecentMap<FoundKey>(maxFound)
  const unknown = createRecentMap<number>(maxUnknown)
  const pending = new Map<string, Promise<FoundKey | undefined>>()
  const waiting: (() => void)[] = []
  let underWay = 0
  let generation = 0

  const takeTurn = (): Promise<void> | undefined => {
    if (underWay < maxLookUps) {
      underWay++
      return undefined
    }
    if (waiting.length >= maxWaiting)
      throw new ProxyApiError({ code: 'overloaded', message: 'Too many keys are being looked up at the moment.', retryable: true })
    return new Promise((resolve) => void waiting.push(resolve))
  }
  const passTurn = (): void => {
    const next = waiting.shift()
    if (next === undefined) underWay--
    else next()
  }
  const lookUp = async (digest: string, nowMs: number): Promise<FoundKey | undefined> => {
    const turn = takeTurn()
    if (turn !== undefined) await turn
    const begunIn = generation
    try {
      const key = await store.find(digest, nowMs)
      // What changed meanwhile may have changed this, too.
      if (begunIn !== generation) return key
      if (key === undefined) unknown.set(digest, nowMs + unknownForMs)
      else found.set(digest, key)
      return key
    } finally {
      passTurn()
    }
  }

  return {
    find: (digest, nowMs) => {
      const known = found.get(digest)
      if (known !== undefined) return known
      const untilMs = unknown.get(digest)
      if (untilMs !== undefined && nowMs < untilMs) return undefined
      const asked = pending.get(digest)
      if (asked !== undefined) return asked
      const asking = lookUp(digest, nowMs).finally(() => pending.delete(digest))
      pending.set(digest, asking)
      return asking
    },
    forget: ({ ids }) => {
      generation++
      pending.clear()
      unknown.clear()
      if (ids === undefined) found.clear()
      else {
        const changed = new Set(ids)
        found.deleteWhere(({ key }) => changed.has(key.id))
      }
    },
    figures: () => ({ found: found.size(), unknown: unknown.size() }),
  }
}
