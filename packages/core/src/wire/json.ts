/** Any JSON value. Readonly, since no function here changes a body that it did not build. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

/** An object of JSON values. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

/** True for an object, as opposed to a list, null or a plain value. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `undefined` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/*
 * Readers for the fields of foreign bodies: missing, null and of another type are all `undefined`. They guard the hot
 * path, where a schema would cost more than the parse.
 */
export function readString(object: JsonObject, key: string): string | undefined {
  const value = object[key]
  return typeof value === 'string' ? value : undefined
}

export function readNumber(object: JsonObject, key: string): number | undefined {
  const value = object[key]
  return typeof value === 'number' ? value : undefined
}

export function readArray(object: JsonObject, key: string): readonly JsonValue[] | undefined {
  const value = object[key]
  return Array.isArray(value) ? (value as readonly JsonValue[]) : undefined
}

export function readObject(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key]
  // As `isJsonObject` says, without the call: a body of usage figures is read field by field.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/** True for a list. `Array.isArray` does not know readonly lists. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}
