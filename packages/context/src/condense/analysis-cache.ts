import { LRUCache } from 'lru-cache'
import { sha256InSteps } from '../digest/sha256.ts'
import type { TokenCounter } from '../tokens/token-counter.ts'
import { type AnalysisTools, analyseMessage, type MessageAnalysis } from './analyse-message.ts'
import type { ConversationMessage } from './message.ts'
import { messageFrame } from './message-frame.ts'
import type { Steps } from './steps.ts'

/** A message that was read: its analysis, its cost and its hash. */
export interface ReadMessage {
  readonly analysis: MessageAnalysis
  /** Tokens besides its words. */
  readonly frameTokens: number
  /** Hash of the whole message, fields that are not read included. */
  readonly digest: string
}

/** How full the cache is and how it served. */
export interface AnalysisFigures {
  readonly entries: number
  readonly bytes: number
  readonly maxBytes: number
  readonly hits: number
  readonly misses: number
}

export interface AnalysisCache {
  readonly read: (messages: readonly ConversationMessage[]) => Steps<readonly ReadMessage[]>
  readonly figures: () => AnalysisFigures
  readonly clear: () => void
}

export interface AnalysisCacheOptions extends AnalysisTools {
  readonly familyCounter: TokenCounter
  readonly maxBytes: number
}

/** Remembers what is known of each message by the message itself, so that a grown conversation is read from where it grew. */
export function createAnalysisCache({ familyCounter, maxBytes, ...tools }: AnalysisCacheOptions): AnalysisCache {
  // A message larger than the cache is read each time; it must not push everything else out.
  const cache = new LRUCache<string, ReadMessage>({
    maxSize: maxBytes,
    sizeCalculation: ({ analysis }, key) => analysis.bytes + key.length * 2,
  })
  const uses = { hits: 0, misses: 0 }
  function* readOne(message: ConversationMessage): Steps<ReadMessage> {
    const key = JSON.stringify(message)
    const known = cache.get(key)
    if (known !== undefined) {
      uses.hits++
      return known
    }
    uses.misses++
    const analysis = yield* analyseMessage(message, tools)
    const read = { analysis, frameTokens: messageFrame(message, familyCounter), digest: yield* sha256InSteps(key) }
    cache.set(key, read)
    return read
  }
  return {
    *read(messages) {
      const read: ReadMessage[] = []
      for (const message of messages) {
        read.push(yield* readOne(message))
        yield
      }
      return read
    },
    figures: () => ({ entries: cache.size, bytes: cache.calculatedSize, maxBytes, ...uses }),
    clear: () => cache.clear(),
  }
}
