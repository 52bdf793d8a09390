/*
 * Replaces the value of one top-level member in the bytes of a JSON object, so that a body can be sent on as its client wrote
 * it. Strings are skipped by native searches, so the cost is that of the structure and not of the text. The result is
 * `undefined` whenever the member is not clearly there once: duplicated, escaped or not a string.
 */

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

interface Span {
  readonly start: number
  readonly end: number
}

/** Index of the quote that ends the string beginning at `start`; -1 when it does not end. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(quote, start + 1); end !== -1; end = bytes.indexOf(quote, end + 1)) {
    let escapes = 0
    while (bytes[end - 1 - escapes] === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
  return -1
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

/** Finds the value of a top-level string member; `undefined` when it is missing, duplicated or another key is escaped. */
function findMember(bytes: Uint8Array, name: string): Span | undefined {
  let depth = 0
  let atKey = false
  let found: Span | undefined
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]
    if (byte === quote) {
      const end = endOfString(bytes, index)
      if (end === -1) return undefined
      if (depth === 1 && atKey) {
        atKey = false
        const escaped = bytes.subarray(index, end).indexOf(backslash) !== -1
        const matches = end - index - 1 === name.length && isName(bytes, index + 1, name)
        if (escaped || (matches && found !== undefined)) return undefined
        if (matches) {
          const start = stringAfter(bytes, end)
          const valueEnd = start === -1 ? -1 : endOfString(bytes, start)
          if (valueEnd === -1) return undefined
          found = { start, end: valueEnd + 1 }
          index = valueEnd
          continue
        }
      }
      index = end
    } else if (byte === openBrace) atKey = ++depth === 1
    else if (byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) depth--
    else if (byte === comma && depth === 1) atKey = true
  }
  return found
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
