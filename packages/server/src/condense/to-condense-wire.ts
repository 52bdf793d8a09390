import type { CachedResult, Preservation } from '@proxyapi/context'

function toPreservation({ repeatedScore, ...preservation }: Preservation): object {
  return { ...preservation, repeated_score: repeatedScore }
}

/** An answer of `POST /api/condense`, with how much of the source survives. */
export function toCondenseWire(result: CachedResult): Readonly<Record<string, unknown>> {
  return {
    summary: result.summary,
    messages: result.messages,
    original_tokens: result.originalTokens,
    condensed_tokens: result.condensedTokens,
    compression_ratio: result.compressionRatio,
    mode: result.mode,
    cached: result.cached,
    fallback: result.fallback,
    preservation: toPreservation(result.preservation),
    messages_kept: result.messagesKept,
    messages_condensed: result.messagesCondensed,
    messages_dropped: result.messagesDropped,
    reused_messages: result.reusedMessages,
    source_hash: result.sourceHash,
  }
}
