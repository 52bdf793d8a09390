import type { ConversationMessage } from './message.ts'
import type { Preservation } from './preservation.ts'

/** What is to be condensed. */
export interface CondenseRequest {
  /** A conversation, oldest message first. */
  readonly messages: readonly ConversationMessage[]
  /** The most tokens of the answer, in the tokens of the condenser's counter. */
  readonly maxTokens: number
  /** What the answer is wanted for. Default: the last message, when a user wrote it. */
  readonly query?: string | undefined
  /**
   * `summary`: a text that says who said what, of everything but system prompts and the last user turn. `messages`: a shorter conversation
   * that is ready to send. `undefined` gives the summary, and the messages too when what must be kept of them fits.
   */
  readonly format?: 'summary' | 'messages' | undefined
}

/** A condensed conversation, and what it cost. */
export interface CondenseResult {
  readonly summary: string
  readonly messages?: readonly ConversationMessage[] | undefined
  /** Tokens of what was condensed: the history of a summary, the whole list of messages. */
  readonly originalTokens: number
  /** Tokens of the answer: of `messages` when that is the format, else of `summary`. Never over `maxTokens`. */
  readonly condensedTokens: number
  /** Condensed by original tokens. */
  readonly compressionRatio: number
  readonly mode: 'extractive' | 'abstractive'
  /** Whether the answer comes from a summary cache. */
  readonly cached: boolean
  readonly preservation: Preservation
  /** SHA-256 over the messages: finds the conversation that this stands for. */
  readonly sourceHash: string
  /** Messages that stand as they were. */
  readonly messagesKept: number
  /** Messages of which a part stands. */
  readonly messagesCondensed: number
  /** Messages of which nothing stands. */
  readonly messagesDropped: number
}
