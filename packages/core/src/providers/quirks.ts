import type { EncodedRequest } from '../dialects/dialect.ts'
import type { JsonObject, JsonValue } from '../wire/json.ts'
import { ownValue } from '../wire/own-value.ts'
import type { WireQuirks } from './definition.ts'

function without(body: JsonObject, key: string): JsonObject {
  const { [key]: _removed, ...rest } = body
  return rest
}

function renamed(body: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  let result = body
  for (const [from, to] of Object.entries(names)) {
    const value = result[from]
    if (value === undefined) continue
    result = without(result, from)
    // A body with both spellings keeps the vendor's own.
    if (result[to] === undefined) result = { ...result, [to]: value }
  }
  return result
}

function respelled(body: JsonObject, values: NonNullable<WireQuirks['values']>): JsonObject {
  const changed: Record<string, JsonValue> = {}
  for (const [key, spellings] of Object.entries(values)) {
    const value = body[key]
    const spelling = typeof value === 'string' ? ownValue(spellings, value) : undefined
    if (spelling !== undefined) changed[key] = spelling
  }
  return { ...body, ...changed }
}

/** Whether any field of a body is spelled otherwise or refused by the vendor. Most bodies have none. */
function hasQuirk(body: JsonObject, { rename, drop, remove, values }: WireQuirks): boolean {
  for (const key in body) {
    if (rename !== undefined && Object.hasOwn(rename, key)) return true
    if (drop?.includes(key) === true || remove?.includes(key) === true) return true
    if (values !== undefined && Object.hasOwn(values, key)) return true
  }
  return false
}

/**
 * Applies a vendor's quirks to a body, and reports the fields that the vendor does not take. `undefined` when they meet a client's own
 * bytes, whose body does not have the target's model.
 */
export function applyQuirks(encoded: EncodedRequest, quirks: WireQuirks | undefined): EncodedRequest | undefined {
  if (quirks === undefined || !hasQuirk(encoded.body, quirks)) return encoded
  if (encoded.bytes !== undefined) return undefined
  let body = quirks.rename === undefined ? encoded.body : renamed(encoded.body, quirks.rename)
  const dropped = (quirks.drop ?? []).filter((key) => body[key] !== undefined && body[key] !== null)
  for (const key of [...(quirks.drop ?? []), ...(quirks.remove ?? [])]) if (Object.hasOwn(body, key)) body = without(body, key)
  if (quirks.values !== undefined) body = respelled(body, quirks.values)
  const { changed, headers } = encoded
  return { body, dropped: dropped.length === 0 ? encoded.dropped : [...encoded.dropped, ...dropped], changed, headers }
}
