import { isJsonObject, type JsonObject, type JsonValue, readNumber } from '../../../wire/json.ts'
import { listOf } from './is-instance.ts'
import { type Making, makePart, maxMembers } from './making.ts'

/** Optional members are made down to this depth; below it only those that are required. */
const optionalDepth = 3

function memberSchema({ properties, additionalProperties = true }: JsonObject, name: string): JsonValue {
  return isJsonObject(properties) && Object.hasOwn(properties, name) ? (properties[name] ?? true) : additionalProperties
}

interface Members {
  readonly names: readonly string[]
  readonly required: readonly string[]
}

/** An object with these members, as far as they can be made; `undefined` when a required one can't. */
function objectOf(schema: JsonObject, { names, required }: Members, making: Making): JsonObject | undefined {
  const made: [string, JsonValue][] = []
  for (const name of names) {
    const value = makePart(memberSchema(schema, name), making, { text: making.words ?? name })
    if (value !== undefined) made.push([name, value])
    else if (required.includes(name)) return undefined
  }
  return Object.fromEntries(made)
}

/** Names that the schema does not speak of, for objects that need more members. */
function spareNames(taken: readonly string[], count: number): readonly string[] {
  return Array.from({ length: Math.max(0, count) }, (_, at) => `key${at + 1}`).filter((name) => !taken.includes(name))
}

/** An object with its optional members, and one with only those that it needs. */
export function* objectInstances(schema: JsonObject, making: Making): Generator<JsonValue> {
  const { properties } = schema
  const required = listOf(schema, 'required').filter((name) => typeof name === 'string')
  const optional = isJsonObject(properties) ? Object.keys(properties).filter((name) => !required.includes(name)) : []
  const least = readNumber(schema, 'minProperties') ?? 0
  const most = Math.min(readNumber(schema, 'maxProperties') ?? maxMembers, maxMembers)
  if (required.length > maxMembers || least > maxMembers) return
  const full = [...required, ...optional].slice(0, Math.max(most, required.length))
  const few = full.slice(0, Math.max(required.length, least))
  for (const own of making.level < optionalDepth ? [full, few] : [few]) {
    const names = [...own, ...spareNames(full, least - own.length)]
    const value = objectOf(schema, { names, required }, making)
    if (value !== undefined) yield value
  }
}
