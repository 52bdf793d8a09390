import type { MessageAnalysis } from './analyse-message.ts'
import type { ConversationProfile } from './conversation-profile.ts'

/** Longer conversations are read in at most so many parts, each cut down to what the model reads at once. */
const mostParts = 8
/** A part may be so many times as long as what the model reads of it. */
const longestPart = 3

/** Cuts a history between messages into parts of about equal length: one when the model can read it all. */
export function splitForModel(profile: ConversationProfile, inputTokens: number): readonly (readonly MessageAnalysis[])[] {
  if (profile.sourceTokens <= inputTokens) return [profile.messages]
  const parts = Math.min(mostParts, Math.ceil(profile.sourceTokens / (inputTokens * longestPart)))
  const each = profile.sourceTokens / parts
  const split: MessageAnalysis[][] = Array.from({ length: parts }, () => [])
  let tokens = 0
  for (const message of profile.messages) {
    split[Math.min(parts - 1, Math.floor(tokens / each))]?.push(message)
    tokens += message.sourceTokens
  }
  return split.filter((part) => part.length > 0)
}
