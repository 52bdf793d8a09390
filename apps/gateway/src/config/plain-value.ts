import { renderPath } from '@proxyapi/server'
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml'
import { interpolate, type References } from './interpolate.ts'

/** So many values may come of aliases: a few lines of them can stand for billions (the "billion laughs"). */
const maxAliasedValues = 10_000
/** The values of all references together: each is written once, and may be meant a thousand times. */
const maxReferencedCharacters = 4 * 1024 * 1024
/** Deeper than any section of a configuration. */
const maxDepth = 64

/** How a document is turned into plain values. */
export interface PlainValueOptions {
  readonly document: Document
  readonly references: References
  readonly complain: (node: Node | null, message: string) => void
}

/** Plain values, and the texts among them that came out of references: they may be secrets. */
export interface PlainValue {
  readonly value: unknown
  readonly referenced: ReadonlySet<string>
}

interface Walk extends PlainValueOptions {
  readonly referenced: Set<string>
  characters: number
  aliased: number
  /** Whether the values below are those of an alias. */
  isAliased: boolean
  depth: number
  /** Where the walk is, for messages. */
  readonly path: (string | number)[]
}

function toScalar(node: Node & { readonly value: unknown }, walk: Walk): unknown {
  if (typeof node.value !== 'string') return node.value
  const result = interpolate(node.value, walk.references)
  if ('problem' in result) {
    walk.complain(node, `${renderPath(walk.path)}: ${result.problem}`)
    return node.value
  }
  if (!result.isReference) return result.text
  walk.characters += result.text.length
  if (walk.characters > maxReferencedCharacters) {
    walk.complain(node, `refers to more than ${maxReferencedCharacters / 1024 / 1024} MiB together with the references before it`)
    return null
  }
  walk.referenced.add(result.text)
  return result.text
}

function toAliased(node: Node, walk: Walk): unknown {
  if (!isAlias(node)) return null
  const target = node.resolve(walk.document)
  if (target === undefined) {
    walk.complain(node, 'is an alias of an anchor that is not there')
    return null
  }
  const { isAliased } = walk
  walk.isAliased = true
  const value = toPlainAt(target, walk)
  walk.isAliased = isAliased
  return value
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : ''
}

/** `<<: *base` takes over what the mapping itself does not say (yaml.org/type/merge). */
function toMerged(value: unknown): readonly (readonly [string, unknown])[] {
  const sources: readonly unknown[] = Array.isArray(value) ? [...(value as readonly unknown[])].reverse() : [value]
  return sources.flatMap((source) => (typeof source === 'object' && source !== null ? Object.entries(source) : []))
}

function toMapping(pairs: readonly Pair[], walk: Walk): unknown {
  const merged: (readonly [string, unknown])[] = []
  const own = new Map<string, unknown>()
  for (const pair of pairs) {
    const key = keyOf(pair)
    const value = toPlainBelow(pair.value, key, walk)
    if (key === '<<') merged.push(...toMerged(value))
    else if (own.has(key))
      walk.complain(pair.key as Node | null, 'is there twice; keys of a mapping must be unique') // a parsed pair holds nodes
    else own.set(key, value)
  }
  // No prototype: a key named __proto__ is a key like any other, and unknown.
  return Object.fromEntries([...merged, ...own])
}

function toPlainAt(node: unknown, walk: Walk): unknown {
  if (walk.isAliased && ++walk.aliased > maxAliasedValues) {
    if (walk.aliased === maxAliasedValues + 1) walk.complain(null, `aliases stand for more than ${maxAliasedValues} values`)
    return null
  }
  if (walk.depth >= maxDepth) {
    walk.complain(null, `is nested deeper than ${maxDepth}`)
    return null
  }
  walk.depth++
  try {
    if (isScalar(node)) return toScalar(node, walk)
    if (isSeq(node)) return node.items.map((item, index) => toPlainBelow(item, index, walk))
    if (isMap(node)) return toMapping(node.items.filter(isPair), walk)
    return isAlias(node) ? toAliased(node, walk) : null
  } finally {
    walk.depth--
  }
}

function toPlainBelow(node: unknown, step: string | number, walk: Walk): unknown {
  walk.path.push(step)
  const value = toPlainAt(node, walk)
  walk.path.pop()
  return value
}

/** Turns a parsed document into plain values, with references replaced and aliases followed. */
export function toPlainValue(options: PlainValueOptions): PlainValue {
  const walk: Walk = { ...options, referenced: new Set(), characters: 0, aliased: 0, isAliased: false, depth: 0, path: [] }
  return { value: toPlainAt(options.document.contents, walk), referenced: walk.referenced }
}
