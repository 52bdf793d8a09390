import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, readString } from '../../../wire/json.ts'
import { spend } from './budget.ts'
import { isSameJson, listOf, type SchemaContext } from './is-instance.ts'
import { resolveReference } from './resolve-reference.ts'

/** References and combinations are followed this deep. */
const maxNesting = 32

type Merge = (left: JsonValue, right: JsonValue) => JsonValue

const rightWins: Merge = (_left, right) => right
const both: Merge = (left, right) => ({ allOf: [left, right] })
const larger: Merge = (left, right) => (Number(left) > Number(right) ? left : right)
const smaller: Merge = (left, right) => (Number(left) < Number(right) ? left : right)
const asList = (value: JsonValue): readonly JsonValue[] => (isJsonArray(value) ? value : [value])

function isWithin(type: JsonValue, types: readonly JsonValue[]): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'))
}

/** The types that both allow: an integer is a number. */
const sameTypes: Merge = (left, right) => {
  const [first, second] = [asList(left), asList(right)]
  const narrow = [...first.filter((type) => isWithin(type, second)), ...second.filter((type) => isWithin(type, first))]
  return [...new Set(narrow)]
}

const sameValues: Merge = (left, right) => asList(left).filter((value) => asList(right).some((other) => isSameJson(value, other)))
const union: Merge = (left, right) => [...new Set([...asList(left), ...asList(right)])]

const eachMember: Merge = (left, right) => {
  return isJsonObject(left) && isJsonObject(right) ? mergeMembers(left, right, () => both) : right
}

/** How a keyword of two schemas becomes one that asks for both. The right one wins where nothing is said here. */
const merges: Readonly<Record<string, Merge>> = {
  type: sameTypes,
  enum: sameValues,
  required: union,
  properties: eachMember,
  items: both,
  additionalProperties: both,
  propertyNames: both,
  contains: both,
  minimum: larger,
  exclusiveMinimum: larger,
  minLength: larger,
  minItems: larger,
  minProperties: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  maxLength: smaller,
  maxItems: smaller,
  maxProperties: smaller,
  not: (left, right) => ({ anyOf: [left, right] }),
}

function mergeMembers(left: JsonObject, right: JsonObject, mergeOf: (key: string) => Merge): JsonObject {
  // A list of members and not assignments: a client may have named one `__proto__`.
  const merged = Object.entries(right).map(([key, value]) => {
    const own = Object.hasOwn(left, key) ? left[key] : undefined
    return [key, own === undefined || value === undefined ? value : mergeOf(key)(own, value)] as const
  })
  return Object.fromEntries([...Object.entries(left), ...merged])
}

function merge(left: JsonObject, right: JsonObject): JsonObject {
  return mergeMembers(left, right, (key) => merges[key] ?? rightWins)
}

/** Lists of schemas of which one each has to hold beside the schema's own keywords. */
function choicesOf(schema: JsonObject, { root }: SchemaContext): readonly (readonly JsonValue[])[] {
  const reference = readString(schema, '$ref')
  const { anyOf, oneOf, if: condition } = schema
  return [
    ...(reference === undefined ? [] : [[resolveReference(root, reference) ?? true]]),
    ...listOf(schema, 'allOf').map((part) => [part]),
    ...(isJsonArray(anyOf) ? [anyOf] : []),
    ...(isJsonArray(oneOf) ? [oneOf] : []),
    ...(condition === undefined ? [] : [[both(condition, schema['then'] ?? true), both({ not: condition }, schema['else'] ?? true)]]),
  ]
}

/** What is left of a schema when its references and combinations have been followed. */
function ownKeywords(schema: JsonObject): JsonObject {
  const { $ref: _ref, allOf: _all, anyOf: _any, oneOf: _one, if: _if, then: _then, else: _else, ...own } = schema
  return own
}

interface Product {
  readonly base: JsonObject
  readonly choices: readonly (readonly JsonValue[])[]
}

function* product({ base, choices }: Product, context: SchemaContext, nesting: number): Generator<JsonObject> {
  const [first, ...rest] = choices
  if (first === undefined) {
    yield base
    return
  }
  for (const option of first)
    for (const flat of flattenSchema(option, context, nesting + 1))
      yield* product({ base: merge(base, flat), choices: rest }, context, nesting)
}

/**
 * The plain schemas that a schema with references, `allOf`, `anyOf`, `oneOf` and `if` may stand for, one after the other
 * in the order of its alternatives. What satisfies one of them probably satisfies the schema; `isInstance` decides.
 */
export function* flattenSchema(schema: JsonValue, context: SchemaContext, nesting = 0): Generator<JsonObject> {
  if (schema === false || nesting > maxNesting) return
  if (!isJsonObject(schema)) {
    yield {}
    return
  }
  const { properties } = schema
  if (!spend(context.budget, 1 + (isJsonObject(properties) ? Object.keys(properties).length : 0))) return
  yield* product({ base: ownKeywords(schema), choices: choicesOf(schema, context) }, context, nesting)
}
