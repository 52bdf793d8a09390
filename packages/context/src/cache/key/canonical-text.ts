/*
 * One text for all JSON values that mean the same: keys sorted, absent and undefined alike. Every token says its own length
 * or end (`"5:hello`, `#1.5;`, `[...]`, `{...}`), so two values have the same text exactly when they are equal as JSON.
 * Strings are taken as they are, without escaping: a long prompt costs one copy. Linear in the size of the value, except for
 * the sorting of keys; key names are prepared once for all requests, and short lists of them are sorted in place.
 */
const preparedKeys = new Map<string, string>()
/** Requests use a few dozen names; names that a hostile client invents must not fill memory. */
const maxPreparedKeys = 1000
const loneSurrogate = /[\ud800-\udfff]/u
/** Node 20 and today's browsers have it (ES2024), and look at most strings' type only. The types of ES2023 do not know it. */
const { isWellFormed } = String.prototype as { readonly isWellFormed?: (this: string) => boolean }

/** The digest reads UTF-8, where all lone surrogates look the same: a string that has one is written as JSON, which escapes it. */
function textOfString(value: string): string {
  const isWhole = isWellFormed === undefined ? !loneSurrogate.test(value) : isWellFormed.call(value)
  return isWhole ? `"${value.length}:${value}` : `!${JSON.stringify(value)}`
}

function prepareKey(key: string): string {
  const text = textOfString(key)
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

/** Like `canonicalText` for an object, without the fields named. */
export function canonicalObject(value: object, without?: ReadonlySet<string>): string {
  const fields = value as Readonly<Record<string, unknown>>
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
  if (!isSorted) sortInPlace(keys)
  let text = '{'
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? ''
    text += preparedKeys.get(key) ?? prepareKey(key)
    const field = fields[key]
    // Strings are most of what requests hold: they are written here, without a call.
    text += typeof field === 'string' && isWellFormed?.call(field) === true ? `"${field.length}:${field}` : canonicalText(field)
  }
  return `${text}}`
}

function canonicalArray(values: readonly unknown[]): string {
  let text = '['
  for (let index = 0; index < values.length; index++) text += canonicalText(values[index])
  return `${text}]`
}

/** Writes `value` so that the order of keys and fields that are `undefined` make no difference, and all else does. */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return textOfString(value)
    case 'object':
      if (value === null) return 'n'
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value)
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
