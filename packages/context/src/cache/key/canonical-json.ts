/*
 * One text for all JSON values that mean the same: keys sorted, absent and undefined alike, no white space. Two values
 * have the same text exactly when they are equal as JSON. Linear in the size of the value but for the sorting of keys.
 * Every request passes here: keys are quoted once for all, and short lists of them sorted where they are.
 */
const quoted = new Map<string, string>()
/** Requests use a few dozen names; what a hostile one invents must not fill memory. */
const maxQuoted = 1000

function quote(key: string): string {
  const known = quoted.get(key)
  if (known !== undefined) return known
  const text = `${JSON.stringify(key)}:`
  if (quoted.size < maxQuoted && key.length <= 64) quoted.set(key, text)
  return text
}

function sortInPlace(keys: string[]): readonly string[] {
  if (keys.length > 16) return keys.sort()
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] ?? ''
    let gap = index
    for (let before = keys[gap - 1]; gap > 0 && before !== undefined && before > key; before = keys[--gap - 1]) keys[gap] = before
    keys[gap] = key
  }
  return keys
}

/** Names of the fields that are written, sorted. A request leaves most of its fields `undefined`: those are not worth sorting. */
function writtenKeys(value: Readonly<Record<string, unknown>>, without?: ReadonlySet<string>): readonly string[] {
  const keys: string[] = []
  for (const key of Object.keys(value)) if (value[key] !== undefined && without?.has(key) !== true) keys.push(key)
  return sortInPlace(keys)
}

/** Like `canonicalJson` for an object, without the fields named. */
export function canonicalObject(value: object, without?: ReadonlySet<string>): string {
  const fields = value as Readonly<Record<string, unknown>>
  let text = '{'
  for (const key of writtenKeys(fields, without)) {
    const field = canonicalJson(fields[key])
    text += text.length > 1 ? `,${quote(key)}${field}` : quote(key) + field
  }
  return `${text}}`
}

function canonicalArray(values: readonly unknown[]): string {
  let text = '['
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ','
    text += canonicalJson(values[index])
  }
  return `${text}]`
}

/** Writes `value` so that the order of keys and fields that are `undefined` make no difference, and all else does. */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      // JSON has one zero and no NaN; a cache key must still tell NaN from null.
      return value === 0 ? '0' : String(value)
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value)
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'undefined':
    case 'function':
    case 'symbol':
      return 'null'
  }
}
