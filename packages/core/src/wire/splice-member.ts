import { backslash, closeBrace, closeBracket, colon, comma, endOfString, openBrace, openBracket, quote } from './json-bytes.ts'

/*
 * Replaces the value of one top-level member in the bytes of a JSON object, so that a body can be sent on as its client wrote
 * it. Strings are skipped by native searches, so the cost is that of the structure and not of the text. The result is
 * `undefined` whenever the member is not clearly there once: duplicated, escaped or not a string.
 */

/** How each byte outside of strings changes the depth. */
const nesting = new Int8Array(256)
nesting[openBrace] = nesting[openBracket] = 1
nesting[closeBrace] = nesting[closeBracket] = -1

interface Span {
  readonly start: number
  readonly end: number
}

function isName(bytes: Uint8Array, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) if (bytes[start + index] !== name.charCodeAt(index)) return false
  return true
}

/** Where the string value after a key begins; -1 when the value is not a string. */
function stringAfter(bytes: Uint8Array, keyEnd: number): number {
  let index = keyEnd + 1
  let byte = bytes[index]
  while (byte !== undefined && (byte <= 0x20 || byte === colon)) byte = bytes[++index]
  return byte === quote ? index : -1
}

/** Where a scan stands. */
interface Scan {
  readonly bytes: Uint8Array
  readonly name: string
  depth: number
  /** The next string is a key of the outermost object. */
  isAtKey: boolean
  found: Span | undefined
}

/** Passes a key of the outermost object; returns the index of its last byte or that of its value, -1 when the scan must give up. */
function passKey(scan: Scan, start: number, end: number): number {
  const { bytes, name } = scan
  scan.isAtKey = false
  // An escaped key could be the name in disguise.
  if (bytes.subarray(start, end).indexOf(backslash) !== -1) return -1
  if (end - start - 1 !== name.length || !isName(bytes, start + 1, name)) return end
  const valueStart = scan.found === undefined ? stringAfter(bytes, end) : -1
  const valueEnd = valueStart === -1 ? -1 : endOfString(bytes, valueStart)
  if (valueEnd !== -1) scan.found = { start: valueStart, end: valueEnd + 1 }
  return valueEnd
}

/** Finds the value of a top-level string member; `undefined` when it is missing, duplicated or another key is escaped. */
function findMember(bytes: Uint8Array, name: string): Span | undefined {
  const scan: Scan = { bytes, name, depth: 0, isAtKey: false, found: undefined }
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    if (byte === quote) {
      const end = endOfString(bytes, index)
      index = end !== -1 && scan.depth === 1 && scan.isAtKey ? passKey(scan, index, end) : end
      if (index === -1) return undefined
      continue
    }
    scan.depth += nesting[byte] ?? 0
    if (byte === comma || byte === openBrace) scan.isAtKey = scan.depth === 1
  }
  return scan.found
}

const encoder = new TextEncoder()

/**
 * The same bytes with another value of the top-level member `name`, and with `appended` (further members as JSON text, without
 * braces) before the closing brace. `undefined` when that is not safely possible.
 */
export function spliceMember(
  bytes: Uint8Array,
  name: string,
  change: { readonly value: string; readonly appended?: string | undefined },
): Uint8Array<ArrayBuffer> | undefined {
  const span = findMember(bytes, name)
  const last = bytes.lastIndexOf(closeBrace)
  if (span === undefined || last === -1) return undefined
  const value = encoder.encode(JSON.stringify(change.value))
  const appended = change.appended === undefined ? undefined : encoder.encode(`,${change.appended}`)
  const spliced = new Uint8Array(bytes.length - (span.end - span.start) + value.length + (appended?.length ?? 0))
  spliced.set(bytes.subarray(0, span.start), 0)
  spliced.set(value, span.start)
  spliced.set(bytes.subarray(span.end, last), span.start + value.length)
  const tailAt = span.start + value.length + (last - span.end)
  if (appended !== undefined) spliced.set(appended, tailAt)
  spliced.set(bytes.subarray(last), tailAt + (appended?.length ?? 0))
  return spliced
}
