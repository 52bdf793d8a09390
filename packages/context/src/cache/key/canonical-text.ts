/*
 * One text for all requests that mean the same: absent and undefined fields alike, and the keys sorted of those objects that are
 * the request's own form. Every token says its own length or end (`"5:hello`, `#1.5;`, `[...]`, `{...}`), so two values have the
 * same text exactly when they are equal as JSON. In objects that a client makes up, such as the schema of a tool, the order of
 * keys reaches the model and decides what it writes: there it is kept.
 * Strings are taken as they are, without escaping; a long one is represented by its digest, which saves the copies of a long prompt. Linear
 * in the size of the value, except for the sorting of keys; key names are prepared once for all requests, and short lists of them are sorted in place.
 */

/** A cryptographic digest of a text, as a short printable text. With a weaker one tenants could forge keys of others. */
export type Digest = (text: string) => string

/** From here on a digest costs less than copying the text into the whole. */
const longText = 2048
const preparedKeys = new Map<string, string>()
/** Requests use a few dozen names; names that a hostile client invents must not fill memory. */
const maxPreparedKeys = 1000
/** Fields of a request whose objects, and the objects in whose lists, are the wire's own form, as far down as nothing else stands between. */
const formFields: ReadonlySet<string> = new Set(['messages', 'system', 'content', 'tools', 'function'])
const loneSurrogate = /[\ud800-\udfff]/u
/** Node 20 and today's browsers have it (ES2024), and look at most strings' type only. The types of ES2023 do not know it. */
const { isWellFormed } = String.prototype as { readonly isWellFormed?: (this: string) => boolean }

/** The digest reads UTF-8, where all lone surrogates look the same: a string that has one is written as JSON, which escapes it. */
function stringText(value: string, digest: Digest): string {
  const isWhole = isWellFormed === undefined ? !loneSurrogate.test(value) : isWellFormed.call(value)
  if (!isWhole) return `!${JSON.stringify(value)}`
  return value.length < longText ? `"${value.length}:${value}` : `@${value.length}:${digest(value)};`
}

function prepareKey(key: string, digest: Digest): string {
  const text = stringText(key, digest)
  if (preparedKeys.size < maxPreparedKeys && key.length <= 64) preparedKeys.set(key, text)
  return text
}

function sortInPlace(keys: string[]): void {
  if (keys.length > 16) {
    keys.sort()
    return
  }
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] ?? ''
    let gap = index
    for (let before = keys[gap - 1]; gap > 0 && before !== undefined && before > key; before = keys[--gap - 1]) keys[gap] = before
    keys[gap] = key
  }
}

/** How values are written. */
interface Writing {
  readonly digest: Digest
  /** How the objects are written that a client makes up; `undefined` where this is that way: there the order of keys is kept. */
  readonly madeUp?: Writing | undefined
}

function keysOf(
  fields: Readonly<Record<string, unknown>>,
  isOrdered: boolean,
  without: ReadonlySet<string> | undefined,
): readonly string[] {
  const keys: string[] = []
  let isSorted = true
  let last = ''
  // Most fields of a request are `undefined`: they are not written and need no sorting.
  for (const key in fields) {
    if (fields[key] === undefined || without?.has(key) === true) continue
    if (key < last) isSorted = false
    last = key
    keys.push(key)
  }
  if (!isOrdered && !isSorted) sortInPlace(keys)
  return keys
}

function objectText(value: object, writing: Writing, without?: ReadonlySet<string>): string {
  const fields = value as Readonly<Record<string, unknown>>
  const { digest, madeUp = writing } = writing
  const keys = keysOf(fields, madeUp === writing, without)
  let text = '{'
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? ''
    text += preparedKeys.get(key) ?? prepareKey(key, digest)
    const field = fields[key]
    // Strings are most of what requests hold: they are written here, without a call.
    if (typeof field === 'string' && field.length < longText && isWellFormed?.call(field) === true) text += `"${field.length}:${field}`
    else text += valueText(field, formFields.has(key) ? writing : madeUp)
  }
  return `${text}}`
}

function arrayText(values: readonly unknown[], writing: Writing): string {
  let text = '['
  for (let index = 0; index < values.length; index++) text += valueText(values[index], writing)
  return `${text}]`
}

function valueText(value: unknown, writing: Writing): string {
  switch (typeof value) {
    case 'string':
      return stringText(value, writing.digest)
    case 'object':
      if (value === null) return 'n'
      return Array.isArray(value) ? arrayText(value, writing) : objectText(value, writing)
    case 'number':
      // JSON has one zero and no NaN; a cache key must still tell NaN from null.
      return value === 0 ? '#0;' : `#${value};`
    case 'boolean':
      return value ? 't' : 'f'
    case 'bigint':
      return `#${value};`
    case 'undefined':
    case 'function':
    case 'symbol':
      return 'n'
  }
}

/** Texts of values, in which fields that are `undefined` make no difference, and all else does. */
export interface CanonicalTexts {
  /** Of a request, without the fields named. */
  readonly ofRequest: (request: object, without?: ReadonlySet<string>) => string
  /** Of a value in which the order of all keys counts. */
  readonly ofValue: (value: unknown) => string
}

export function createCanonicalTexts(digest: Digest): CanonicalTexts {
  const madeUp: Writing = { digest }
  const form: Writing = { digest, madeUp }
  return { ofRequest: (request, without) => objectText(request, form, without), ofValue: (value) => valueText(value, madeUp) }
}
