/** A stretch of a text: `end` is the place after its last character. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/*
 * Ends of sentences in Latin, Greek and Cyrillic text, the full stops of other scripts, which need no space after them, and gaps. What has to
 * stand around a find is judged after it, so that a run of marks or spaces is read once.
 */
const ending = /([.!?…]+["'”’»)\]*_]*)|[。！？؟।॥]+["”’」』）]*|( {3,})/gu
/** A point after these, or after a single letter, ends no sentence. */
const abbreviation =
  /(?:^|[\s("“])(?:dr|mr|mrs|ms|prof|sr|sra|srta|st|jr|vs|etc|e\.g|i\.e|cf|approx|no|nº|vol|pp?|fig|ex|av|art|inc|ltd|dept|[a-z])\.$/i
/** Scripts written without spaces between words (Thai, Lao, Khmer, Burmese), which end sentences without a mark. */
const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/
const longest = 420
const shortestPart = 120
const clauseEnd = /[;:,—–،、，；：]["”’)]?\s?/g

const segmenters = new Map<string, Intl.Segmenter>()

function sentenceSegmenter(): Intl.Segmenter {
  const made = segmenters.get('any') ?? new Intl.Segmenter(undefined, { granularity: 'sentence' })
  segmenters.set('any', made)
  return made
}

/** A gap parts two words of one line, as the columns of a table. */
function isGap(line: string, start: number, end: number): boolean {
  return /\S/.test(line.charAt(start - 1)) && /\S/.test(line.charAt(end))
}

function isEnd(line: string, { 0: found, 1: marks, 2: gap, index }: RegExpExecArray): boolean {
  const after = index + found.length
  if (gap !== undefined) return isGap(line, index, after)
  if (marks !== undefined && !/\s/.test(line.charAt(after))) return false
  if (found !== '.') return true
  if (abbreviation.test(line.slice(Math.max(0, index - 8), index + 1))) return false
  const next = line.slice(after).match(/\S/)?.[0] ?? ''
  return !/^[\p{Ll}]/u.test(next)
}

function byMarks(line: string): number[] {
  const ends: number[] = []
  ending.lastIndex = 0
  for (let match = ending.exec(line); match !== null; match = ending.exec(line)) {
    if (isEnd(line, match)) ends.push(match.index + match[0].length)
  }
  return ends
}

function bySegmenter(line: string): number[] {
  const ends: number[] = []
  // Its cost grows with the square of the text: it sees a few thousand characters at a time.
  for (let from = 0; from < line.length; from += 2_000) {
    const piece = line.slice(from, from + 2_000)
    for (const { index, segment } of sentenceSegmenter().segment(piece)) ends.push(from + index + segment.length)
  }
  return ends
}

/** The last end of a clause before the limit, else the last space, else the limit, never inside a character. */
function cutPlace(line: string, start: number): number {
  const window = line.slice(start, start + longest)
  let place = 0
  clauseEnd.lastIndex = shortestPart
  for (let match = clauseEnd.exec(window); match !== null; match = clauseEnd.exec(window)) place = match.index + match[0].length
  if (place === 0) place = window.lastIndexOf(' ') + 1
  return place >= shortestPart ? start + place : wholeCharacter(line, start + longest)
}

/** A place near `index` that splits no surrogate pair and takes no mark or joiner from its letter. */
export function wholeCharacter(text: string, index: number): number {
  let place = index
  for (let tries = 0; tries < 16 && place > 0 && place < text.length; tries++) {
    const before = text.charCodeAt(place - 1)
    const isJoined = /^(?:\p{M}|\u200d|\ufe0f|[\udc00-\udfff])/u.test(text.slice(place, place + 2)) || before === 0x200d
    const splitsPair = before >= 0xd800 && before <= 0xdbff
    if (!isJoined && !splitsPair) return place
    place--
  }
  const code = text.charCodeAt(place)
  return code >= 0xdc00 && code <= 0xdfff ? place - 1 : place
}

function pushParts(line: string, stretch: Stretch, into: Stretch[]): void {
  let start = stretch.start
  while (stretch.end - start > longest) {
    const end = cutPlace(line, start)
    into.push({ start, end })
    start = end
  }
  if (start < stretch.end) into.push({ start, end: stretch.end })
}

/** Prose has far fewer ends of sentences than one in so many characters; a text that has more is cut where parts are long enough to say something. */
const densest = 10
const shortestDense = 40

function thinned(ends: readonly number[], length: number): readonly number[] {
  if (ends.length <= length / densest) return ends
  let last = 0
  return ends.filter((end) => {
    if (end - last < shortestDense) return false
    last = end
    return true
  })
}

/** The sentences of one line in order, long ones cut into clauses; together they are the line. Linear in its length. */
export function splitSentences(line: string): readonly Stretch[] {
  if (line.length < 24) return [{ start: 0, end: line.length }]
  const parts: Stretch[] = []
  let start = 0
  for (const end of thinned(unspaced.test(line) ? bySegmenter(line) : byMarks(line), line.length)) {
    if (end <= start) continue
    pushParts(line, { start, end }, parts)
    start = end
  }
  pushParts(line, { start, end: line.length }, parts)
  return parts
}
