import { type ConversationMessage, hasCalls } from './message.ts'

/** Messages that only make sense together: a message, or an assistant's tool calls with their results. `end` is after the last. */
export interface MessageGroup {
  readonly start: number
  readonly end: number
}

/** The groups of a conversation in order. Together they are the conversation. */
function groupMessages(messages: readonly ConversationMessage[]): readonly MessageGroup[] {
  const groups: MessageGroup[] = []
  for (let start = 0; start < messages.length; ) {
    const message = messages[start]
    let end = start + 1
    if (message !== undefined && hasCalls(message)) while (messages[end]?.role === 'tool') end++
    groups.push({ start, end })
    start = end
  }
  return groups
}

/** What of a conversation is never condensed, and what may be kept beside it. */
export interface GroupPlan {
  /** System prompts, the last user turn, and the calls or results that wait for an answer. */
  readonly fixed: readonly MessageGroup[]
  /** The rest, oldest first. */
  readonly open: readonly MessageGroup[]
}

function isFixed({ start, end }: MessageGroup, messages: readonly ConversationMessage[], lastUser: number): boolean {
  const message = messages[start]
  if (message === undefined) return false
  if (message.role === 'system' || message.role === 'developer' || start === lastUser) return true
  const isPending = end === messages.length && start > lastUser
  return isPending && (hasCalls(message) || message.role === 'tool')
}

export function planGroups(messages: readonly ConversationMessage[]): GroupPlan {
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  const groups = groupMessages(messages)
  const fixed = groups.filter((group) => isFixed(group, messages, lastUser))
  return { fixed, open: groups.filter((group) => !fixed.includes(group)) }
}
