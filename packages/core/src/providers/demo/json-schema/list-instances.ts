import { type JsonObject, type JsonValue, readNumber } from '../../../wire/json.ts'
import { itemSchemas } from './is-instance.ts'
import { type Making, makePart, maxMembers } from './making.ts'

/** How many items have to be what the list must contain. */
function wantedItems(schema: JsonObject): number {
  return schema['contains'] === undefined ? 0 : (readNumber(schema, 'minContains') ?? 1)
}

/** Schemas of the items of a list of this length: what it must contain comes after the fixed ones. */
function itemSchemasOf(schema: JsonObject, length: number): readonly JsonValue[] {
  const { prefix, rest } = itemSchemas(schema)
  const { contains = true } = schema
  const wanted = wantedItems(schema)
  return Array.from({ length }, (_, at) => {
    const isWanted = at >= prefix.length && at < prefix.length + wanted
    const own = prefix[at] ?? rest
    return isWanted ? { allOf: [own, contains] } : own
  })
}

function listOfLength(schema: JsonObject, length: number, making: Making): readonly JsonValue[] | undefined {
  const items: JsonValue[] = []
  for (const [at, item] of itemSchemasOf(schema, length).entries()) {
    const value = makePart(item, making, schema['uniqueItems'] === true ? { variant: making.variant + at } : {})
    if (value === undefined) return undefined
    items.push(value)
  }
  return items
}

/** A list with one item or as many as it needs, and the shortest one that is allowed. */
export function* listInstances(schema: JsonObject, making: Making): Generator<JsonValue> {
  const fixed = itemSchemas(schema).prefix.length
  const wanted = wantedItems(schema)
  const least = Math.max(readNumber(schema, 'minItems') ?? 0, wanted === 0 ? 0 : fixed + wanted)
  const most = readNumber(schema, 'maxItems') ?? maxMembers
  if (least > maxMembers) return
  for (const length of new Set([Math.min(Math.max(least, fixed, 1), most), least])) {
    const list = listOfLength(schema, length, making)
    if (list !== undefined) yield list
  }
}
