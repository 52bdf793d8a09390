import type { ReadMessage } from './analysis-cache.ts'
import type { CondenseResult } from './condense-request.ts'
import type { CondenseTools } from './condense-tools.ts'
import type { ConversationProfile } from './conversation-profile.ts'
import type { Extract } from './extract-summary.ts'
import { measurePreservation, nothingLost } from './preservation.ts'
import { listTokens, type ShortenedMessages } from './shorten-messages.ts'

/** A history, and what was chosen of it. */
export interface Summarised {
  readonly profile: ConversationProfile
  readonly extract: Extract
}

/** How many messages stand whole, in part, and not at all. */
function countMessages({ profile, extract }: Summarised): Pick<CondenseResult, 'messagesKept' | 'messagesCondensed' | 'messagesDropped'> {
  const counts = { messagesKept: 0, messagesCondensed: 0, messagesDropped: 0 }
  profile.messages.forEach(({ units }, message) => {
    const first = profile.firstUnits[message] ?? 0
    const chosen = units.reduce((sum, _, offset) => sum + (extract.selection.isChosen[first + offset] ?? 0), 0)
    if (chosen === units.length) counts.messagesKept++
    else if (chosen > 0) counts.messagesCondensed++
    else counts.messagesDropped++
  })
  return counts
}

/** What results say whatever their format. */
export type Shared = Pick<CondenseResult, 'mode' | 'cached' | 'sourceHash'>

function ratio(condensedTokens: number, originalTokens: number): number {
  return condensedTokens / Math.max(1, originalTokens)
}

export function toSummaryResult(
  summarised: Summarised,
  shortened: ShortenedMessages | undefined,
  tools: CondenseTools,
): Omit<CondenseResult, keyof Shared> {
  const { profile, extract } = summarised
  const originalTokens = tools.plain.toFamily(profile.sourceTokens)
  const condensedTokens = tools.plain.toFamily(extract.tokens)
  return {
    summary: extract.text,
    messages: shortened?.messages,
    originalTokens,
    condensedTokens,
    compressionRatio: ratio(condensedTokens, originalTokens),
    preservation: measurePreservation(profile, extract.selection),
    ...countMessages(summarised),
  }
}

export function toListResult(
  shortened: ShortenedMessages,
  read: readonly ReadMessage[],
  tools: CondenseTools,
): Omit<CondenseResult, keyof Shared> {
  const { messages, tokens, summary, condensed, messagesKept } = shortened
  const originalTokens = listTokens(read, tools)
  const counts = condensed === undefined ? undefined : countMessages(condensed)
  const dropped = counts?.messagesDropped ?? 0
  return {
    summary,
    messages,
    originalTokens,
    condensedTokens: tokens,
    compressionRatio: ratio(tokens, originalTokens),
    preservation: condensed === undefined ? nothingLost : measurePreservation(condensed.profile, condensed.extract.selection),
    messagesKept,
    messagesCondensed: read.length - messagesKept - dropped,
    messagesDropped: dropped,
  }
}
