import type { CondenseTools } from './condense-tools.ts'
import { extractSummary } from './extract-summary.ts'
import type { ConversationMessage } from './message.ts'
import { conversationFrame } from './message-frame.ts'
import type { MessageGroup } from './message-groups.ts'
import type { ShortenRequest } from './shorten-request.ts'
import type { Steps } from './steps.ts'

/** Fixed messages, with tool results that were too long condensed in place. */
export interface ShrunkMessages {
  readonly messages: ReadonlyMap<number, ConversationMessage>
  readonly tokens: number
  /** How many were condensed. */
  readonly shrunk: number
}

/** The share of the budget that fixed messages may take before their tool results are condensed. */
const fixedShare = 0.6

interface Places {
  readonly all: readonly number[]
  readonly results: readonly number[]
}

function placesOf(groups: readonly MessageGroup[], messages: readonly ConversationMessage[]): Places {
  const all = groups.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, offset) => start + offset))
  return { all, results: all.filter((index) => messages[index]?.role === 'tool') }
}

/** Keeps fixed groups whole, or with shorter tool results, or gives `undefined` when even that is too long. The pairs stay. */
export function* shrinkResults(
  request: ShortenRequest,
  groups: readonly MessageGroup[],
  tools: CondenseTools,
): Steps<ShrunkMessages | undefined> {
  const { messages, read } = request
  const { all, results } = placesOf(groups, messages)
  const wordsOf = (index: number): number => tools.plain.toFamily(read[index]?.analysis.sourceTokens ?? 0)
  const costOf = (index: number): number => wordsOf(index) + (read[index]?.frameTokens ?? 0)
  const sum = (places: readonly number[], of: (index: number) => number): number => places.reduce((total, index) => total + of(index), 0)
  const whole = sum(all, costOf)
  const budget = request.maxTokens - conversationFrame(tools.counter)
  const kept = new Map(all.flatMap((index) => (messages[index] === undefined ? [] : [[index, messages[index]] as const])))
  if (whole <= budget * fixedShare || (results.length === 0 && whole <= budget)) return { messages: kept, tokens: whole, shrunk: 0 }
  const words = sum(results, wordsOf)
  const room = Math.floor(budget * fixedShare) - (whole - words)
  if (results.length === 0 || room < results.length) return whole <= budget ? { messages: kept, tokens: whole, shrunk: 0 } : undefined
  let tokens = whole - words
  for (const index of results) {
    const part = yield* shrinkResult(index, Math.max(1, Math.floor((room * wordsOf(index)) / words)), { request, tools })
    kept.set(index, part.message)
    tokens += part.tokens
  }
  return { messages: kept, tokens, shrunk: results.length }
}

function* shrinkResult(
  index: number,
  maxTokens: number,
  { request, tools }: { readonly request: ShortenRequest; readonly tools: CondenseTools },
): Steps<{ readonly message: ConversationMessage; readonly tokens: number }> {
  const message = request.messages[index] ?? { role: 'tool' }
  const analysis = request.read[index]?.analysis
  const profile = yield* tools.profileOf(analysis === undefined ? [] : [analysis])
  const { text, tokens } = yield* extractSummary({
    profile,
    question: request.question,
    maxTokens: tools.plain.fromFamily(maxTokens),
    counter: tools.plain,
  })
  return { message: { ...message, content: text }, tokens: tools.plain.toFamily(tokens) }
}
