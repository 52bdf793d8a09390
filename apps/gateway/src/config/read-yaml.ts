import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { References } from './interpolate.ts'
import { toPlainValue } from './plain-value.ts'

/** A configuration file longer than this is no configuration file. */
const maxBytes = 1024 * 1024

/** A mebibyte of prose and values has fewer lines and marks than this; one that is nothing else keeps the parser busy for minutes. */
const maxMarks = 50_000
const marks: ReadonlySet<string> = new Set('\n[]{}"\'&*?,')

function hasTooManyMarks(text: string): boolean {
  let count = 0
  for (const character of text) if (marks.has(character) && ++count > maxMarks) return true
  return false
}

/** Where in a file something stands, counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface Complaint {
  readonly position: Position
  readonly message: string
}

export interface ReadYaml {
  readonly value: unknown
  /** The texts in it that came out of references: they may be secrets. */
  readonly referenced: ReadonlySet<string>
  readonly complaints: readonly Complaint[]
  /** Where the value at a path stands, or the nearest that does. */
  readonly positionOf: (path: readonly (string | number)[]) => Position
  /** Where the text of the value at a path lies, from its first character to behind its last, quotes included; `undefined` for what is no single value of the file. */
  readonly spanOf: (path: readonly (string | number)[]) => Span | undefined
}

/** A piece of a text, counted from 0. */
export interface Span {
  readonly start: number
  readonly end: number
}

type Path = readonly (string | number)[]

function resolved(node: Node | null | undefined, document: Document): Node | null | undefined {
  return isAlias(node) ? node.resolve(document) : node
}

/** One step down; `undefined` where there is nothing. For the last step into a mapping it is the key: an unknown key is wrong itself. */
function childOf(node: Node | null, step: string | number, isLast: boolean): Node | null | undefined {
  if (isSeq(node)) return node.items[Number(step)] as Node | undefined // a parsed sequence holds nodes
  if (!isMap(node)) return undefined
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
  return (isLast && isScalar(pair?.key) ? pair.key : pair?.value) as Node | null | undefined // a parsed pair holds nodes
}

function nodeAt(document: Document, path: Path): Node | null {
  let node = document.contents as Node | null // the contents of a parsed document are a node
  for (const [index, step] of path.entries()) {
    const child = childOf(node, step, index === path.length - 1)
    if (child === undefined || child === null) return node
    node = resolved(child, document) ?? null
  }
  return node
}

/** The value at a path, through aliases. */
function valueNodeAt(document: Document, path: Path): Node | null | undefined {
  let node: Node | null | undefined = document.contents as Node | null // the contents of a parsed document are a node
  for (const step of path) node = resolved(node === null || node === undefined ? undefined : childOf(node, step, false), document)
  return node
}

function spanAt(document: Document, path: Path): Span | undefined {
  const node = valueNodeAt(document, path)
  if (!isScalar(node) || !node.range) return undefined
  const [start, end] = node.range
  return { start, end }
}

/** What the parser says may quote the file, where a secret may stand. */
function withoutQuotes(message: string): string {
  return message.replaceAll(/"[^"]{8,}"/g, '"…"').slice(0, 300)
}

function unreadable(message: string): ReadYaml {
  const start: Position = { line: 1, column: 1 }
  return {
    value: undefined,
    referenced: new Set(),
    complaints: [{ position: start, message }],
    positionOf: () => start,
    spanOf: () => undefined,
  }
}

/** So many problems are enough to begin with. */
const maxComplaints = 50

function readDocument(text: string, references: References): ReadYaml {
  const lines = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  // The parser compares each key with all before it to find one twice; the walk below does that by a look-up.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, customTags: [], uniqueKeys: false })
  // A tag that is not of YAML's core schema is a warning to the parser, and a mistake here.
  const complaints: Complaint[] = [...document.errors, ...document.warnings]
    .slice(0, maxComplaints)
    .map((error) => ({ position: at(error.pos[0]), message: withoutQuotes(error.message) }))
  const complain = (node: Node | null, message: string): void => {
    if (complaints.length < maxComplaints) complaints.push({ position: at(node?.range?.[0] ?? 0), message })
  }
  const plain =
    complaints.length > 0 ? { value: undefined, referenced: new Set<string>() } : toPlainValue({ document, references, complain })
  return {
    ...plain,
    complaints,
    positionOf: (path) => at(nodeAt(document, path)?.range?.[0] ?? 0),
    spanOf: (path) => spanAt(document, path),
  }
}

/** Reads YAML (or JSON, which is YAML) with every place remembered. Never throws. */
export function readYaml(text: string, references: References): ReadYaml {
  if (text.length > maxBytes) return unreadable('is larger than 1 MiB')
  if (hasTooManyMarks(text)) return unreadable(`has more than ${maxMarks} lines, brackets, quotes and commas`)
  try {
    return readDocument(text, references)
  } catch (error) {
    // The parser is recursive: what is nested thousands deep exhausts the stack.
    if (error instanceof RangeError) return unreadable('is nested too deep')
    throw error
  }
}
