/*
 * JSON as lines that can be chosen one by one: `key: value` pairs, each object of a list on a line of its own. Numbers and words are
 * copied from the source, never parsed and printed anew, so 1.0 stays 1.0 and a long id keeps its last digit. One pass, no recursion.
 */
const token = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*|true|false|null))/sy
const longestLine = 160
/** Reading so much takes up to 100 ms, at once; longer texts are read as they stand. */
const largestText = 500_000

interface Writer {
  readonly lines: string[]
  line: string
}

function endLine(writer: Writer): void {
  if (writer.line !== '') writer.lines.push(writer.line)
  writer.line = ''
}

function startPair(writer: Writer): void {
  if (writer.line.length > longestLine) endLine(writer)
  if (writer.line !== '' && !writer.line.endsWith(': ')) writer.line += ', '
}

/** The text in a string literal. A raw line break or a bad escape is kept as it stands. */
function unquote(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1)
  try {
    return String(JSON.parse(literal))
  } catch {
    return literal.slice(1, -1)
  }
}

interface Reader {
  readonly open: string[]
  /** A string was read and may turn out to be a key. */
  pending: string | undefined
  /** Whether a value may stand here, so that `1 2` is no JSON. */
  wantsValue: boolean
}

function flushPending(reader: Reader, writer: Writer): void {
  if (reader.pending === undefined) return
  startPair(writer)
  writer.line += reader.pending
  reader.pending = undefined
}

function onMark(mark: string, reader: Reader, writer: Writer): boolean {
  if (mark === ':') {
    if (reader.pending === undefined || reader.open.at(-1) !== '{') return false
    startPair(writer)
    writer.line += `${reader.pending}: `
    reader.pending = undefined
    reader.wantsValue = true
    return true
  }
  flushPending(reader, writer)
  if (mark === ',') {
    reader.wantsValue = true
    return reader.open.length > 0
  }
  if (mark === '{' || mark === '[') {
    if (mark === '{' && reader.open.at(-1) === '[') endLine(writer)
    reader.open.push(mark)
    reader.wantsValue = true
    return true
  }
  reader.wantsValue = false
  return reader.open.pop() === (mark === '}' ? '{' : '[')
}

function onValue(value: string, reader: Reader, writer: Writer): boolean {
  if (!reader.wantsValue) return false
  reader.wantsValue = false
  if (value.startsWith('"')) {
    reader.pending = unquote(value)
  } else {
    startPair(writer)
    writer.line += value
  }
  return true
}

/** The lines of a JSON object or list, or `undefined` when the text is anything else. */
export function flattenJson(text: string): string | undefined {
  const first = text.trimStart().charAt(0)
  if ((first !== '{' && first !== '[') || text.length > largestText) return undefined
  const writer: Writer = { lines: [], line: '' }
  const reader: Reader = { open: [], pending: undefined, wantsValue: true }
  const end = text.trimEnd().length
  token.lastIndex = 0
  while (token.lastIndex < end) {
    const match = token.exec(text)
    if (match === null) return undefined
    const [, mark, string, literal] = match
    const isValid = mark === undefined ? onValue(string ?? literal ?? '', reader, writer) : onMark(mark, reader, writer)
    if (!isValid || (reader.open.length === 0 && token.lastIndex < end)) return undefined
  }
  if (reader.open.length > 0) return undefined
  endLine(writer)
  return writer.lines.join('\n')
}
