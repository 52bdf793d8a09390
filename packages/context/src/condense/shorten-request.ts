import type { ReadMessage } from './analysis-cache.ts'
import type { ConversationMessage } from './message.ts'
import type { Question } from './relevance.ts'

/** A conversation that is to become shorter, with what is known of its messages. */
export interface ShortenRequest {
  readonly messages: readonly ConversationMessage[]
  readonly read: readonly ReadMessage[]
  readonly question: Question | undefined
  readonly maxTokens: number
}
