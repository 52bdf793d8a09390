import { LRUCache } from 'lru-cache'
import type { ConversationMessage } from './message.ts'
import type { Preservation } from './preservation.ts'

/** What was made of the beginning of a conversation. */
export interface CondensedPrefix {
  readonly messages: readonly ConversationMessage[]
  readonly tokens: number
  readonly preservation: Preservation
}

/** Condensed prefixes by the chain of the messages that they stand for and the limits that they were made for. */
export interface PrefixCache {
  readonly get: (chain: string) => CondensedPrefix | undefined
  readonly set: (chain: string, prefix: CondensedPrefix) => void
  readonly clear: () => void
}

/** Keeps the prefixes used last, up to so many bytes. A prefix that is lost is made anew. */
export function createPrefixCache(maxBytes: number): PrefixCache {
  const cache = new LRUCache<string, CondensedPrefix>({
    maxSize: maxBytes,
    sizeCalculation: ({ messages }, key) => 400 + 2 * (key.length + JSON.stringify(messages).length),
  })
  return {
    get: (chain) => cache.get(chain),
    set: (chain, prefix) => void cache.set(chain, prefix),
    clear: () => cache.clear(),
  }
}
