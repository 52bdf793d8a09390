import type { ReadMessage } from './analysis-cache.ts'
import { CondenseError, checkTokens } from './condense-error.ts'
import type { CondenseRequest, CondenseResult } from './condense-request.ts'
import { type Shared, type Summarised, toListResult, toSummaryResult } from './condense-results.ts'
import type { CondenseTools } from './condense-tools.ts'
import type { ConversationProfile } from './conversation-profile.ts'
import { type Extract, extractSummary } from './extract-summary.ts'
import { type ConversationMessage, contentText, hasCalls, isSystem, lastTurnStart } from './message.ts'
import { chainInSteps } from './message-chain.ts'
import { measureText, type Preservation } from './preservation.ts'
import { type Question, readQuestion } from './relevance.ts'
import { selectAll } from './selection.ts'
import { shortenMessages } from './shorten-messages.ts'
import type { Steps } from './steps.ts'

/** What is asked: the query, or the last user turn. */
export function askedText({ messages, query }: Pick<CondenseRequest, 'messages' | 'query'>): string | undefined {
  const last = messages.at(-1)
  return query ?? (last?.role === 'user' ? contentText(last) : undefined)
}

/** The words of what is asked: the query, or the last user turn. */
export function questionOf({ messages, query }: Pick<CondenseRequest, 'messages' | 'query'>, tools: CondenseTools): Question | undefined {
  const asked = askedText({ messages, query })
  return asked === undefined ? undefined : readQuestion(asked, tools.lexicon)
}

/** Messages that a summary tells: all but system prompts and the last user turn, or that turn when there is nothing else. */
function historyOf(messages: readonly ConversationMessage[]): readonly number[] {
  const end = lastTurnStart(messages)
  const told = [...messages.keys()].filter((index) => index < end && !isSystem(messages[index] ?? { role: 'system' }))
  return told.length > 0 ? told : [...messages.keys()].slice(end)
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
  // Names and line breaks are added: they must not make a short history longer than it is.
  const maxTokens = Math.min(tools.plain.fromFamily(request.maxTokens), profile.sourceTokens)
  const whole = asItStands(request.messages[told[0] ?? -1], profile, maxTokens)
  const tokens = whole === undefined ? 0 : tools.plain.count(whole.text)
  if (whole !== undefined && tokens <= maxTokens) return { profile, extract: { ...whole, tokens } }
  return { profile, extract: yield* extractSummary({ profile, question: questionOf(request, tools), maxTokens, counter: tools.plain }) }
}

/** An answer with what it was made from, for those that go on from there. */
export interface DetailedResult {
  readonly result: CondenseResult
  /** The history that became the summary; `undefined` when everything fits as it is. */
  readonly summarised: Summarised | undefined
}

export function* detailedSteps(request: CondenseRequest, tools: CondenseTools): Steps<DetailedResult> {
  const { messages, maxTokens, format } = request
  checkTokens('maxTokens', maxTokens)
  const read = yield* tools.analyses.read(messages)
  const sourceHash = (yield* chainInSteps(read.map(({ digest }) => digest))).at(-1) ?? ''
  const shared: Shared = { mode: 'extractive', cached: false, sourceHash }
  yield
  const list = { messages, read, question: questionOf(request, tools), maxTokens }
  const shortened = format === 'summary' ? undefined : yield* shortenMessages(list, tools)
  if (format !== 'messages') {
    const summarised = yield* summarise(request, read, tools)
    return { result: { ...toSummaryResult(summarised, shortened, tools), ...shared }, summarised }
  }
  if (shortened === undefined) throw tooSmall(maxTokens)
  return { result: { ...toListResult(shortened, read, tools), ...shared }, summarised: shortened.condensed }
}

/** Condenses by choosing; adds no word of its own but the names of the roles. */
export function* condenseSteps(request: CondenseRequest, tools: CondenseTools): Steps<CondenseResult> {
  const { result } = yield* detailedSteps(request, tools)
  return result
}

/** What of the history a text tells. */
export function* measureSteps(messages: readonly ConversationMessage[], text: string, tools: CondenseTools): Steps<Preservation> {
  const read = yield* tools.analyses.read(messages)
  const profile = yield* tools.profileOf(historyOf(messages).flatMap((index) => read[index]?.analysis ?? []))
  return measureText(profile, text, tools.lexicon)
}
