import type { ReadMessage } from './analysis-cache.ts'
import type { CondenseTools } from './condense-tools.ts'
import type { ConversationProfile } from './conversation-profile.ts'
import { type Extract, extractSummary } from './extract-summary.ts'
import type { ConversationMessage } from './message.ts'
import { conversationFrame, messageFrame } from './message-frame.ts'
import { type MessageGroup, planGroups } from './message-groups.ts'
import type { ShortenRequest } from './shorten-request.ts'
import { shrinkResults } from './shrink-results.ts'
import type { Steps } from './steps.ts'

/*
 * A shorter list: what is fixed stays word for word, the newest groups stay whole in about a third of what is left, everything older becomes
 * one message that stands where the first of them stood. Beginning and order stay, so a provider's prompt cache still hits on the prefix.
 */
export interface ShortenedMessages {
  readonly messages: readonly ConversationMessage[]
  readonly tokens: number
  /** The text of the summary message; empty when there is none. */
  readonly summary: string
  /** The part that became the summary, and what was chosen of it. */
  readonly condensed: { readonly profile: ConversationProfile; readonly extract: Extract } | undefined
  readonly messagesKept: number
}

const header = '[Summary of the earlier conversation]\n'
const tailShare = 0.3
const leastSummaryTokens = 12

/** From the user: text that tools and users wrote must not gain the rank of a system prompt. */
export function toSummaryMessage(summary: string): ConversationMessage {
  return { role: 'user', content: `${header}${summary}` }
}

export function listTokens(read: readonly ReadMessage[], { counter, plain }: CondenseTools): number {
  const words = read.reduce((sum, { analysis }) => sum + analysis.sourceTokens, 0)
  return conversationFrame(counter) + plain.toFamily(words) + read.reduce((sum, { frameTokens }) => sum + frameTokens, 0)
}

function costOf({ start, end }: MessageGroup, read: readonly ReadMessage[], tools: CondenseTools): number {
  return read
    .slice(start, end)
    .reduce((sum, { analysis, frameTokens }) => sum + tools.plain.toFamily(analysis.sourceTokens) + frameTokens, 0)
}

/** The newest groups, one after the other from the end, while they fit. */
function newestGroups(open: readonly MessageGroup[], maxTokens: number, cost: (group: MessageGroup) => number): readonly MessageGroup[] {
  let left = maxTokens
  let first = open.length
  for (; first > 0; first--) {
    const group = open[first - 1]
    const tokens = group === undefined ? 0 : cost(group)
    if (tokens > left) break
    left -= tokens
  }
  return open.slice(first)
}

/** Puts the summary where the first condensed message stood. */
function arrange(kept: ReadonlyMap<number, ConversationMessage>, length: number, summary: { readonly at: number; readonly text: string }) {
  const list: ConversationMessage[] = []
  for (let index = 0; index < length; index++) {
    if (index === summary.at && summary.text !== '') list.push(toSummaryMessage(summary.text))
    const message = kept.get(index)
    if (message !== undefined) list.push(message)
  }
  return list
}

function keepWhole(groups: readonly MessageGroup[], messages: readonly ConversationMessage[]): Map<number, ConversationMessage> {
  return new Map(
    groups.flatMap(({ start, end }) => messages.slice(start, end).map((message, offset) => [start + offset, message] as const)),
  )
}

/** A shorter conversation within the budget, or `undefined` when what must be kept does not fit. */
export function* shortenMessages(request: ShortenRequest, tools: CondenseTools): Steps<ShortenedMessages | undefined> {
  const { messages, read, question, maxTokens } = request
  const total = listTokens(read, tools)
  if (total <= maxTokens) return { messages, tokens: total, summary: '', condensed: undefined, messagesKept: messages.length }
  const cost = (group: MessageGroup): number => costOf(group, read, tools)
  const plan = planGroups(messages)
  const shrunk = yield* shrinkResults(request, plan.fixed, tools)
  if (shrunk === undefined) return undefined
  const left = maxTokens - conversationFrame(tools.counter) - shrunk.tokens
  const tail = newestGroups(plan.open, Math.floor(left * tailShare), cost)
  const older = plan.open.slice(0, plan.open.length - tail.length)
  const frame = messageFrame(toSummaryMessage(''), tools.counter) + tools.counter.count(header) + 1
  const room = left - tail.reduce((sum, group) => sum + cost(group), 0) - frame
  const condensed = room < leastSummaryTokens ? undefined : yield* condenseGroups(older, { read, question, maxTokens: room }, tools)
  const kept = new Map([...keepWhole(tail, messages), ...shrunk.messages])
  const summary = condensed?.extract.text ?? ''
  const list = arrange(kept, messages.length, { at: older[0]?.start ?? 0, text: summary })
  const tokens = maxTokens - room + (condensed === undefined ? -frame : tools.plain.toFamily(condensed.extract.tokens))
  return { messages: list, tokens, summary, condensed, messagesKept: kept.size - shrunk.shrunk }
}

function* condenseGroups(
  groups: readonly MessageGroup[],
  { read, question, maxTokens }: Omit<ShortenRequest, 'messages'>,
  tools: CondenseTools,
): Steps<ShortenedMessages['condensed']> {
  const analyses = groups.flatMap(({ start, end }) => read.slice(start, end).map(({ analysis }) => analysis))
  const profile = yield* tools.profileOf(analyses)
  if (profile.units.length === 0) return undefined
  const plainTokens = tools.plain.fromFamily(maxTokens)
  return { profile, extract: yield* extractSummary({ profile, question, maxTokens: plainTokens, counter: tools.plain }) }
}
