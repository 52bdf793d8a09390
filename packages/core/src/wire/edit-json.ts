import { backslash, closeBrace, closeBracket, colon, comma, endOfString, openBrace, openBracket, quote } from './json-bytes.ts'

/*
 * Removes and replaces values in the bytes of a JSON text, so that whatever else a client wrote (large numbers, escapes, white space)
 * is sent on as it is. Invariant: everything outside of the edited values keeps its bytes, but for the comma that a removed value had.
 * The result is `undefined` whenever a value is not clearly there once. Strings are skipped by native searches; linear in the bytes.
 */

/** A value by the names and places that lead to it. */
export interface JsonEdit {
  readonly path: readonly (string | number)[]
  /** JSON text in its place; `undefined` removes it. */
  readonly text: string | undefined
}

/** The edits as a tree. */
interface Node {
  readonly children: Map<string, Node>
  edit: JsonEdit | undefined
}

interface Cut {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface Scan {
  readonly bytes: Uint8Array
  readonly cuts: Cut[]
  found: number
}

class Unclear extends Error {}

function toTree(edits: readonly JsonEdit[]): Node {
  const root: Node = { children: new Map(), edit: undefined }
  for (const edit of edits) {
    let node = root
    for (const step of edit.path) {
      const next = node.children.get(String(step)) ?? { children: new Map(), edit: undefined }
      node.children.set(String(step), next)
      node = next
    }
    node.edit = edit
  }
  return root
}

function skipSpace({ bytes }: Scan, from: number): number {
  let at = from
  while ((bytes[at] ?? quote) <= 0x20) at++
  return at
}

/** Index behind the string that begins at `start`. */
function skipString({ bytes }: Scan, start: number): number {
  const end = endOfString(bytes, start)
  if (end === -1) throw new Unclear()
  return end + 1
}

function isEnd(byte: number | undefined): boolean {
  return byte === undefined || byte <= 0x20 || byte === comma || byte === closeBrace || byte === closeBracket
}

const opening: ReadonlySet<number | undefined> = new Set([openBrace, openBracket])
const closing: ReadonlySet<number | undefined> = new Set([closeBrace, closeBracket])

function skipPlain({ bytes }: Scan, start: number): number {
  let at = start
  while (!isEnd(bytes[at])) at++
  return at
}

function skipContainer(scan: Scan, start: number): number {
  const { bytes } = scan
  let at = start
  let depth = 0
  do {
    const byte = bytes[at]
    if (byte === undefined) throw new Unclear()
    if (opening.has(byte)) depth++
    if (closing.has(byte)) depth--
    at = byte === quote ? skipString(scan, at) : at + 1
  } while (depth > 0)
  return at
}

/** Index behind the value that begins at `start`. */
function skipValue(scan: Scan, start: number): number {
  const byte = scan.bytes[start]
  if (byte === quote) return skipString(scan, start)
  return opening.has(byte) ? skipContainer(scan, start) : skipPlain(scan, start)
}

/** A member of an object or of a list. */
interface Member {
  readonly start: number
  readonly end: number
  readonly isRemoved: boolean
}

interface Key {
  readonly name: string
  readonly valueStart: number
}

const decoder = new TextDecoder()

function readKey(scan: Scan, start: number): Key {
  const keyEnd = skipString(scan, start)
  const key = scan.bytes.subarray(start + 1, keyEnd - 1)
  const at = skipSpace(scan, keyEnd)
  // An escaped key could be a name in disguise.
  if (key.includes(backslash) || scan.bytes[at] !== colon) throw new Unclear()
  return { name: decoder.decode(key), valueStart: skipSpace(scan, at + 1) }
}

/** Edits a member, and tells where it is. */
function editMember(scan: Scan, start: number, { key, node }: { readonly key: Key; readonly node: Node }): Member {
  const child = node.children.get(key.name)
  const end = child === undefined ? skipValue(scan, key.valueStart) : editValue(scan, key.valueStart, child)
  return { start, end, isRemoved: child?.edit !== undefined && child.edit.text === undefined }
}

/** A name that is edited must be there once. */
function checkOnce(node: Node, { name }: Key, seen: Set<string>): void {
  if (!node.children.has(name)) return
  if (seen.has(name)) throw new Unclear()
  seen.add(name)
}

/** The members of an object or a list in which something is edited, and the index behind it. */
function editMembers(scan: Scan, start: number, node: Node): { readonly members: readonly Member[]; readonly end: number } {
  const { bytes } = scan
  if (!opening.has(bytes[start])) throw new Unclear()
  const isList = bytes[start] === openBracket
  const seen = new Set<string>()
  const members: Member[] = []
  let at = skipSpace(scan, start + 1)
  while (!closing.has(bytes[at])) {
    if (bytes[at] === undefined) throw new Unclear()
    const key = isList ? { name: String(members.length), valueStart: at } : readKey(scan, at)
    checkOnce(node, key, seen)
    const member = editMember(scan, at, { key, node })
    members.push(member)
    at = skipSpace(scan, member.end)
    if (bytes[at] === comma) at = skipSpace(scan, at + 1)
  }
  return { members, end: at + 1 }
}

/** A removed member goes with the comma before it, or, where none stays before it, with the one behind it. */
function cutMembers({ cuts }: Scan, members: readonly Member[]): void {
  let isAnyKept = false
  members.forEach(({ start, end, isRemoved }, index) => {
    if (!isRemoved) isAnyKept = true
    else if (isAnyKept) cuts.push({ start: members[index - 1]?.end ?? start, end, text: '' })
    else cuts.push({ start, end: members[index + 1]?.start ?? end, text: '' })
  })
}

/** Passes an object or a list in which something is edited; returns the index behind it. */
function editContainer(scan: Scan, start: number, node: Node): number {
  const { members, end } = editMembers(scan, start, node)
  cutMembers(scan, members)
  return end
}

function editValue(scan: Scan, start: number, { children, edit }: Node): number {
  if (edit === undefined) return children.size === 0 ? skipValue(scan, start) : editContainer(scan, start, { children, edit })
  scan.found++
  const end = skipValue(scan, start)
  if (edit.text !== undefined) scan.cuts.push({ start, end, text: edit.text })
  return end
}

const encoder = new TextEncoder()

function applied(bytes: Uint8Array, cuts: readonly Cut[]): Uint8Array<ArrayBuffer> {
  const texts = cuts.map(({ text }) => encoder.encode(text))
  const grown = cuts.reduce((sum, { start, end }, index) => sum + (texts[index]?.length ?? 0) - (end - start), 0)
  const result = new Uint8Array(bytes.length + grown)
  let from = 0
  let to = 0
  cuts.forEach(({ start, end }, index) => {
    result.set(bytes.subarray(from, start), to)
    to += start - from
    const text = texts[index] ?? new Uint8Array()
    result.set(text, to)
    to += text.length
    from = end
  })
  result.set(bytes.subarray(from), to)
  return result
}

/** The same bytes with some values removed or replaced. `undefined` when that is not safely possible. */
export function editJson(bytes: Uint8Array, edits: readonly JsonEdit[]): Uint8Array<ArrayBuffer> | undefined {
  const scan: Scan = { bytes, cuts: [], found: 0 }
  try {
    editValue(scan, skipSpace(scan, 0), toTree(edits))
  } catch (error) {
    if (error instanceof Unclear) return undefined
    throw error
  }
  if (scan.found !== edits.length) return undefined
  return applied(
    bytes,
    scan.cuts.toSorted((left, right) => left.start - right.start),
  )
}
