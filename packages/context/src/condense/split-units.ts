import { splitSentences, wholeCharacter } from './split-sentences.ts'

/** What a stretch of a message is. */
export type UnitKind = 'prose' | 'heading' | 'list' | 'code' | 'row' | 'trace'

/** The least that is kept or left out: a sentence, a line of code, a row of a table. */
export interface UnitPlace {
  readonly start: number
  readonly end: number
  /** Number of the line that it stands in. */
  readonly line: number
  readonly kind: UnitKind
}

/** A line with the line breaks after it, and its units. Together the lines are the text. */
export interface LineUnits {
  readonly start: number
  readonly end: number
  readonly places: readonly UnitPlace[]
}

const fence = /^\s*(?:```|~~~)/
const kinds: readonly (readonly [UnitKind, RegExp])[] = [
  ['heading', /^\s*#{1,6}\s/],
  ['row', /^\s*\|.*\|\s*$/],
  ['trace', /^\s+at\s.+[:)]|^\s*File ".*", line \d+|^\s*#\d+\s+0x|^\s+\.{3} \d+ more/],
  ['list', /^\s*(?:[-*+•]|\d{1,3}[.)])\s/],
  [
    'code',
    /^(?:\t| {4,})\S|[;{}]\s*$|^\s*(?:import|from|def|class|const|let|var|function|return|public|private|#include)\s|^(?:\+\+\+|---|@@|diff )/,
  ],
]
/** Rules, brackets and blank lines say nothing by themselves. */
const emptyLine = /^[\s|:=*_#<>{}()[\],;-]*$/
const longestWhole = 400

function kindOfLine(line: string): UnitKind {
  for (const [kind, pattern] of kinds) if (pattern.test(line)) return kind
  return 'prose'
}

function trimmed(text: string, start: number, end: number): readonly [number, number] {
  const part = text.slice(start, end)
  const length = part.trimEnd().length
  return [start + Math.min(length, part.length - part.trimStart().length), start + length]
}

/** The units of a line. Code keeps its indentation, sentences lose the white space around them. */
function placesOf(text: string, start: number, place: { readonly line: number; readonly kind: UnitKind }): readonly UnitPlace[] {
  const isWhole = place.kind === 'code' || place.kind === 'trace' || place.kind === 'row'
  if (isWhole && text.length < longestWhole) return [{ start, end: start + text.trimEnd().length, line: place.line, kind: place.kind }]
  return splitSentences(text).flatMap((stretch) => {
    const [from, to] = trimmed(text, stretch.start, stretch.end)
    return from < to ? [{ start: start + from, end: start + to, line: place.line, kind: place.kind }] : []
  })
}

const lineBreaks = /\n\s*\n|\n/g
/** A longer line is read in parts, so that no step of a condenser takes long; the parts are units of one line. */
const longestLine = 4_096

/** Where a part of a long line ends: behind its last space, else at the limit, never inside a character. */
function partEnd(content: string): number {
  if (content.length <= longestLine) return content.length
  const space = content.lastIndexOf(' ', longestLine - 1) + 1
  return space > longestLine / 2 ? space : wholeCharacter(content, longestLine)
}

interface Line {
  readonly start: number
  /** The place behind its last character. */
  readonly contentEnd: number
  /** The place behind its line breaks. */
  readonly end: number
  readonly number: number
}

/** The parts of a line, each with its units; most lines are one part. */
function* partsOf(text: string, { start, contentEnd, end, number }: Line, kind: UnitKind | undefined): Generator<LineUnits> {
  for (let from = start; from < end; ) {
    const rest = text.slice(from, contentEnd)
    const content = rest.slice(0, partEnd(rest))
    const to = content.length === rest.length ? end : from + content.length
    const isEmpty = kind === undefined || emptyLine.test(content)
    yield { start: from, end: to, places: isEmpty ? [] : placesOf(content, from, { line: number, kind }) }
    from = to
  }
}

/** A text line by line, long lines in parts, each with its units. Fences, rules and blank lines have none. */
export function* splitUnits(text: string): Generator<LineUnits> {
  let isFenced = false
  const breaks = new RegExp(lineBreaks)
  for (let start = 0, number = 0; start < text.length; number++) {
    breaks.lastIndex = start
    const found = breaks.exec(text)
    const contentEnd = found?.index ?? text.length
    const end = found === null ? text.length : breaks.lastIndex
    const head = text.slice(start, Math.min(contentEnd, start + longestLine))
    const isFence = fence.test(head)
    if (isFence) isFenced = !isFenced
    const kind = isFenced ? 'code' : kindOfLine(head)
    yield* partsOf(text, { start, contentEnd, end, number }, isFence ? undefined : kind)
    start = end
  }
}
