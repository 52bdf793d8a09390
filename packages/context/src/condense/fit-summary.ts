import type { ConversationProfile } from './conversation-profile.ts'
import type { PlainCounter } from './plain-counter.ts'
import { renderLines } from './render-summary.ts'
import { selectCoverage } from './select-coverage.ts'
import { costOf, type Selection } from './selection.ts'
import { wholeCharacter } from './split-sentences.ts'
import type { Steps } from './steps.ts'

/** A text and its exact count. */
export interface FittedText {
  readonly text: string
  readonly tokens: number
}

export interface FitRequest {
  readonly maxTokens: number
  readonly counter: PlainCounter
}

/** Rounds of filling what the upper bounds of the units left over; each finds less than the one before. */
const fillRounds = 3
const notWorthFilling = 6

/** Counts lines by themselves: no tokenizer joins what stands on two lines, but for a mark or two. Yields now and then. */
function* countLines(lines: readonly string[], counter: PlainCounter): Steps<number> {
  let tokens = 0
  for (const [index, line] of lines.entries()) {
    tokens += counter.countAgain(`${line}\n`)
    if (index % 64 === 63) yield
  }
  return tokens
}

const pieceLength = 8_000
const startsWithWord = /^[\p{L}\p{N}]/u

/** The exact count, in pieces cut before lines that begin with a word: there every vocabulary of ours cuts too. */
function* countExactly(lines: readonly string[], counter: PlainCounter): Steps<number> {
  let tokens = 0
  let piece = ''
  for (const [index, line] of lines.entries()) {
    if (piece.length >= pieceLength && startsWithWord.test(line)) {
      tokens += counter.count(piece)
      piece = ''
      yield
    }
    piece += index === lines.length - 1 ? line : `${line}\n`
  }
  return tokens + counter.count(piece)
}

function dropLast(profile: ConversationProfile, selection: Selection, excess: number): void {
  let dropped = 0
  while (dropped < excess) {
    const index = selection.order.pop()
    if (index === undefined) return
    selection.isChosen[index] = 0
    selection.tokens -= costOf(profile, index)
    dropped += costOf(profile, index)
    for (const term of profile.units[index]?.terms ?? []) selection.told[term] = (selection.told[term] ?? 0) - 1
  }
}

/** The longest beginning of a text that fits, cut between characters. */
function cutToFit(text: string, maxTokens: number, counter: PlainCounter): FittedText {
  let low = 0
  let high = Math.min(text.length, maxTokens * 24)
  while (low < high) {
    const middle = wholeCharacter(text, Math.ceil((low + high) / 2))
    if (middle <= low) break
    if (counter.count(text.slice(0, middle)) <= maxTokens) low = middle
    else high = middle - 1
  }
  const cut = text.slice(0, low).trimEnd()
  return { text: cut, tokens: counter.count(cut) }
}

/** Renders what is chosen and fills the budget with what else fits; drops what was chosen last while it does not. */
export function* fitSummary(profile: ConversationProfile, selection: Selection, request: FitRequest): Steps<FittedText> {
  let lines = renderLines(profile, selection)
  for (let round = 0; round <= fillRounds; round++) {
    yield
    let left = request.maxTokens - (yield* countLines(lines, request.counter))
    while (left < 0) {
      dropLast(profile, selection, -left)
      lines = renderLines(profile, selection)
      left = request.maxTokens - (yield* countLines(lines, request.counter))
    }
    if (round === fillRounds || left < notWorthFilling || selection.order.length === profile.units.length) break
    yield* selectCoverage(profile, selection, selection.tokens + left)
    lines = renderLines(profile, selection)
  }
  return yield* fitExactly(profile, selection, request)
}

function* fitExactly(profile: ConversationProfile, selection: Selection, { maxTokens, counter }: FitRequest): Steps<FittedText> {
  for (;;) {
    yield
    const lines = renderLines(profile, selection)
    const tokens = yield* countExactly(lines, counter)
    const text = lines.join('\n')
    if (tokens <= maxTokens) return text === '' ? cutBest(profile, maxTokens, counter) : { text, tokens }
    dropLast(profile, selection, tokens - maxTokens)
  }
}

/** Not one unit fits: as much as possible of the first that says anything. */
function cutBest({ units, messages }: ConversationProfile, maxTokens: number, counter: PlainCounter): FittedText {
  const placed = units.find(({ terms }) => terms.length > 0) ?? units[0]
  const text = placed === undefined ? '' : (messages[placed.message]?.text ?? '').slice(placed.unit.start, placed.unit.end)
  return cutToFit(text, maxTokens, counter)
}
