/*
 * One text for all JSON values that mean the same: keys sorted, absent and undefined alike, no white space. Two values
 * have the same text exactly when they are equal as JSON. Linear in the size of the value but for the sorting of keys.
 */
function canonicalObject(value: object): string {
  let text = '{'
  for (const key of Object.keys(value).sort()) {
    const field = (value as Readonly<Record<string, unknown>>)[key]
    if (field === undefined) continue
    if (text.length > 1) text += ','
    text += `${JSON.stringify(key)}:${canonicalJson(field)}`
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
