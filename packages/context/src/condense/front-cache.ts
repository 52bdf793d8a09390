import { LRUCache } from 'lru-cache'
import type { ConversationMessage } from './message.ts'
import type { Preservation } from './preservation.ts'

/** What was made of the beginning of a conversation. */
export interface Front {
  readonly messages: readonly ConversationMessage[]
  readonly tokens: number
  readonly preservation: Preservation
}

/** Condensed fronts by the chain of the messages that they stand for. */
export interface FrontCache {
  readonly get: (chain: string) => Front | undefined
  readonly set: (chain: string, front: Front) => void
  readonly clear: () => void
}

/** Keeps the fronts used last, up to so many bytes. A front that is lost is made anew. */
export function createFrontCache(maxBytes: number): FrontCache {
  const cache = new LRUCache<string, Front>({
    maxSize: maxBytes,
    sizeCalculation: ({ messages }, key) => 400 + 2 * (key.length + JSON.stringify(messages).length),
  })
  return {
    get: (chain) => cache.get(chain),
    set: (chain, front) => void cache.set(chain, front),
    clear: () => cache.clear(),
  }
}
