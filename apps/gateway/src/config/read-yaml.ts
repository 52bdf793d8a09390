import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml'
import { interpolate, type References } from './interpolate.ts'

/** A configuration file longer than this is no configuration file. */
const maxBytes = 1024 * 1024

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
  readonly complaints: readonly Complaint[]
  /** Where the value at a path stands, or the nearest that does. */
  readonly positionOf: (path: readonly (string | number)[]) => Position
}

type Path = readonly (string | number)[]

interface Walk {
  readonly references: References
  readonly complain: (node: Node | null, message: string) => void
}

function toPlain(node: unknown, walk: Walk): unknown {
  if (isScalar(node)) {
    if (typeof node.value !== 'string') return node.value
    const result = interpolate(node.value, walk.references)
    if ('text' in result) return result.text
    walk.complain(node, `refers to ${result.missing}, which is not set`)
    return node.value
  }
  if (isSeq(node)) return node.items.map((item) => toPlain(item, walk))
  if (isMap(node)) {
    // No prototype: a key named __proto__ is a key like any other, and unknown.
    return Object.fromEntries(
      node.items.filter(isPair).map((pair) => [isScalar(pair.key) ? String(pair.key.value) : '', toPlain(pair.value, walk)]),
    )
  }
  if (isAlias(node)) walk.complain(node, 'is an alias; aliases are not supported here')
  return null
}

/** One step down; `undefined` where there is nothing. For the last step into a mapping it is the key: an unknown key is wrong itself. */
function childOf(node: Node | null, step: string | number, isLast: boolean): Node | null | undefined {
  if (isSeq(node)) return node.items[Number(step)] as Node | undefined // a parsed sequence holds nodes
  if (!isMap(node)) return undefined
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
  return (isLast && isScalar(pair?.key) ? pair.key : pair?.value) as Node | null | undefined // a parsed pair holds nodes
}

function nodeAt(root: ParsedNode | null, path: Path): Node | null {
  let node: Node | null = root
  for (const [index, step] of path.entries()) {
    const child = childOf(node, step, index === path.length - 1)
    if (child === undefined || child === null) return node
    node = child
  }
  return node
}

/** Reads YAML (or JSON, which is YAML) with every place remembered. Never throws. */
export function readYaml(text: string, references: References): ReadYaml {
  const lines = new LineCounter()
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  if (text.length > maxBytes) {
    return {
      value: undefined,
      complaints: [{ position: { line: 1, column: 1 }, message: 'is larger than 1 MiB' }],
      positionOf: () => ({ line: 1, column: 1 }),
    }
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, customTags: [], uniqueKeys: true })
  const complaints: Complaint[] = document.errors.map((error) => ({ position: at(error.pos[0]), message: error.message }))
  const walk: Walk = {
    references,
    complain: (node, message) => complaints.push({ position: at(node?.range?.[0] ?? 0), message }),
  }
  const value = complaints.length > 0 ? undefined : toPlain(document.contents, walk)
  return { value, complaints, positionOf: (path) => at(nodeAt(document.contents, path)?.range?.[0] ?? 0) }
}
