import type { ReadMessage } from './analysis-cache.ts'
import { CondenseError, checkTokens } from './condense-error.ts'
import type { CondenseRequest, CondenseResult } from './condense-request.ts'
import type { CondenseTools } from './condense-tools.ts'
import { type Extract, extractSummary } from './extract-summary.ts'
import { type ConversationMessage, contentText, hasCalls, isSystem, lastTurnStart } from './message.ts'
import { chainOf } from './message-chain.ts'
import { measurePreservation, nothingLost } from './preservation.ts'
import type { ConversationProfile } from './profile-conversation.ts'
import { scanWords, type WordScan } from './scan-words.ts'
import { selectAll } from './selection.ts'
import { listTokens, type ShortenedMessages, shortenMessages } from './shorten-messages.ts'
import type { Steps } from './steps.ts'

/** The words of what is asked: the query, or the last user turn. */
export function questionOf({ messages, query }: Pick<CondenseRequest, 'messages' | 'query'>, tools: CondenseTools): WordScan | undefined {
  const last = messages.at(-1)
  const asked = query ?? (last?.role === 'user' ? contentText(last) : undefined)
  return asked === undefined ? undefined : scanWords(asked, tools.lexicon)
}

/** Messages that a summary tells: all but system prompts and the last user turn, or that turn when there is nothing else. */
export function historyOf(messages: readonly ConversationMessage[]): readonly number[] {
  const end = lastTurnStart(messages)
  const told = [...messages.keys()].filter((index) => index < end && !isSystem(messages[index] ?? { role: 'system' }))
  return told.length > 0 ? told : [...messages.keys()].slice(end)
}

interface Summarised {
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

type Shared = Pick<CondenseResult, 'mode' | 'cached' | 'sourceHash'>

function ratio(condensedTokens: number, originalTokens: number): number {
  return condensedTokens / Math.max(1, originalTokens)
}

function toSummaryResult(
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

function toListResult(
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

function tooSmall(maxTokens: number): CondenseError {
  const message = `maxTokens is ${maxTokens}, but the system prompts, the last user turn and open tool calls alone take more; give more tokens or ask for the format 'summary'`
  return new CondenseError({ code: 'context_length_exceeded', param: 'maxTokens', message })
}

/** One message that fits needs no other form: a summary condensed again stays as it is. */
function asItStands(message: ConversationMessage | undefined, profile: ConversationProfile, maxTokens: number): Extract | undefined {
  if (message === undefined || profile.messages.length !== 1 || hasCalls(message) || profile.sourceTokens > maxTokens) return undefined
  return { text: contentText(message), tokens: profile.sourceTokens, selection: selectAll(profile) }
}

function* summarise(request: CondenseRequest, read: readonly ReadMessage[], tools: CondenseTools): Steps<Summarised> {
  const told = historyOf(request.messages)
  const profile = yield* tools.profileOf(told.flatMap((index) => read[index]?.analysis ?? []))
  const maxTokens = tools.plain.fromFamily(request.maxTokens)
  const whole = asItStands(request.messages[told[0] ?? -1], profile, maxTokens)
  const tokens = whole === undefined ? 0 : tools.plain.count(whole.text)
  if (whole !== undefined && tokens <= maxTokens) return { profile, extract: { ...whole, tokens } }
  return { profile, extract: yield* extractSummary({ profile, question: questionOf(request, tools), maxTokens, counter: tools.plain }) }
}

/** Condenses by choosing; adds no word of its own but the names of the roles. */
export function* condenseSteps(request: CondenseRequest, tools: CondenseTools): Steps<CondenseResult> {
  const { messages, maxTokens, format } = request
  checkTokens('maxTokens', maxTokens)
  const read = yield* tools.analyses.read(messages)
  const sourceHash = chainOf(read.map(({ digest }) => digest)).at(-1) ?? ''
  const shared = { mode: 'extractive', cached: false, sourceHash } as const
  yield
  const list = { messages, read, question: questionOf(request, tools), maxTokens }
  const shortened = format === 'summary' ? undefined : yield* shortenMessages(list, tools)
  if (format !== 'messages') return { ...toSummaryResult(yield* summarise(request, read, tools), shortened, tools), ...shared }
  if (shortened === undefined) throw tooSmall(maxTokens)
  return { ...toListResult(shortened, read, tools), ...shared }
}
