import type { Lexicon } from './lexicon.ts'
import { type ConversationMessage, type ConversationRole, callsText, contentText } from './message.ts'
import type { PlainCounter } from './plain-counter.ts'
import { readableText } from './readable-text.ts'
import type { SalientItem } from './salient-items.ts'
import { scanWords } from './scan-words.ts'
import { type LineUnits, splitUnits, type UnitPlace } from './split-units.ts'
import type { Steps } from './steps.ts'

/** A stretch of a message that is kept or left out as a whole, and what is known of it wherever it stands. */
export interface Unit extends UnitPlace {
  /** Plain tokens, about: its share of the exact count of its line. */
  readonly tokens: number
  /** Numbers of the content stems, each once. */
  readonly concepts: readonly number[]
  readonly items: readonly SalientItem[]
  /** Bits of `cue`. */
  readonly cues: number
  readonly isQuestion: boolean
  readonly isExclamation: boolean
}

/** What is known of a message by itself; the same for every question and every conversation that it is part of. */
export interface MessageAnalysis {
  readonly role: ConversationRole
  /** The text that units point into. */
  readonly text: string
  readonly units: readonly Unit[]
  /** Plain tokens of the units together. */
  readonly unitTokens: number
  /** Plain tokens of the message as it was written: content and calls. */
  readonly sourceTokens: number
  /** About what the analysis holds in memory. */
  readonly bytes: number
}

export interface AnalysisTools {
  readonly counter: PlainCounter
  readonly lexicon: Lexicon
}

/** Written out: spreading two objects for each unit took a tenth of the time. */
function toUnit(
  text: string,
  { start, end, line, kind }: UnitPlace,
  { tokens, lexicon }: { readonly tokens: number; readonly lexicon: Lexicon },
): Unit {
  const written = text.slice(start, end)
  const { concepts, items, cues } = scanWords(written, lexicon)
  const isExclamation = written.endsWith('!') && concepts.length < 3 && items.length === 0
  return { start, end, line, kind, tokens, concepts, items, cues, isQuestion: written.endsWith('?'), isExclamation }
}

/** The units of a line; the line's tokens are shared out by length. */
function unitsOf(
  text: string,
  { start, end, places }: LineUnits,
  { counter, lexicon }: AnalysisTools,
): { readonly lineTokens: number; readonly units: readonly Unit[] } {
  const lineTokens = counter.count(text.slice(start, end))
  const perCharacter = lineTokens / Math.max(1, end - start)
  const units = places.map((place) =>
    toUnit(text, place, { tokens: Math.max(1, Math.round(perCharacter * (place.end - place.start))), lexicon }),
  )
  return { lineTokens, units }
}

/** Measured on heap snapshots: the objects of a unit, 8 bytes a concept, the objects of items. */
function bytesOf(text: string, units: readonly Unit[]): number {
  return units.reduce((sum, unit) => sum + 220 + unit.concepts.length * 8 + unit.items.length * 72, 400 + text.length * 2)
}

function* countSource(message: ConversationMessage, text: string, counter: PlainCounter): Steps<number> {
  let tokens = 0
  for (const source of [contentText(message), callsText(message)]) {
    if (source === text) return -1
    for (const { start, end } of splitUnits(source)) {
      tokens += counter.count(source.slice(start, end))
      yield
    }
  }
  return tokens
}

/** Reads a message: its text in units, with their tokens, concepts and items. Yields after each line. */
export function* analyseMessage(message: ConversationMessage, tools: AnalysisTools): Steps<MessageAnalysis> {
  const text = readableText(message)
  const units: Unit[] = []
  let textTokens = 0
  for (const line of splitUnits(text)) {
    const read = unitsOf(text, line, tools)
    textTokens += read.lineTokens
    for (const unit of read.units) units.push(unit)
    yield
  }
  const counted = yield* countSource(message, text, tools.counter)
  const unitTokens = units.reduce((sum, unit) => sum + unit.tokens + 1, 0)
  return { role: message.role, text, units, unitTokens, sourceTokens: counted < 0 ? textTokens : counted, bytes: bytesOf(text, units) }
}
