import { isJsonArray, isJsonObject, type JsonValue } from '../../../wire/json.ts'

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return segment
  }
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (isJsonArray(value)) return value[Number(key)]
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** The schema that a JSON pointer into the same document (`#/$defs/node`) names; `undefined` for any other reference. */
export function resolveReference(root: JsonValue, reference: string): JsonValue | undefined {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  return reference.slice(2).split('/').map(decodeSegment).reduce<JsonValue | undefined>(member, root)
}
