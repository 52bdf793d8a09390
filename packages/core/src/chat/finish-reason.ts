/** Why a choice ended, in OpenAI's words. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'

/** A finish as the provider said it, beside its neutral meaning. */
export interface Finish {
  readonly reason: FinishReason
  /** The provider's own word, for instance `end_turn`, `MAX_TOKENS` or `stop_sequence`. */
  readonly native: string
  /** The stop sequence that was met, where the provider tells. */
  readonly stopSequence?: string | undefined
}
