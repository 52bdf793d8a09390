import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, readNumber, readString } from '../../../wire/json.ts'
import { type Budget, spend } from './budget.ts'
import { resolveReference } from './resolve-reference.ts'

/** The document that references point into, and what may be spent on it. */
export interface SchemaContext {
  readonly root: JsonValue
  readonly budget: Budget
}

/** One keyword: whether the value satisfies it. Keywords about another type of value say yes. */
type Keyword = (value: JsonValue, schema: JsonObject, context: SchemaContext) => boolean

/** A keyword's list; empty when it is none. */
export function listOf(schema: JsonObject, key: string): readonly JsonValue[] {
  const value = schema[key]
  return isJsonArray(value) ? value : []
}

function entriesOf(schema: JsonObject, key: string): readonly (readonly [string, JsonValue])[] {
  const value = schema[key]
  return isJsonObject(value) ? Object.entries(value).flatMap(([name, part]) => (part === undefined ? [] : [[name, part] as const])) : []
}

/** JSON equality: the order of an object's members is no difference. */
export function isSameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (isJsonArray(left)) return isJsonArray(right) && left.length === right.length && left.every((item, at) => isSameJson(item, right[at]))
  if (!isJsonObject(left)) return left === right
  const keys = Object.keys(left)
  return (
    isJsonObject(right) &&
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSameJson(left[key], right[key]))
  )
}

function isOfType(value: JsonValue, type: JsonValue): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return isJsonArray(value)
  if (type === 'object') return isJsonObject(value)
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}

function typesMatch(value: JsonValue, schema: JsonObject): boolean {
  const { type } = schema
  if (type === undefined) return true
  return isJsonArray(type) ? type.some((one) => isOfType(value, one)) : isOfType(value, type)
}

/** A bound of a number, a length or a count; `compare` is given the measure and the bound. */
function bound(key: string, measure: (value: JsonValue) => number | undefined, compare: (size: number, limit: number) => boolean): Keyword {
  return (value, schema) => {
    const limit = readNumber(schema, key)
    const size = limit === undefined ? undefined : measure(value)
    return limit === undefined || size === undefined || compare(size, limit)
  }
}

const atLeast = (size: number, limit: number): boolean => size >= limit
const atMost = (size: number, limit: number): boolean => size <= limit
const numberOf = (value: JsonValue): number | undefined => (typeof value === 'number' ? value : undefined)
const lengthOf = (value: JsonValue): number | undefined => (typeof value === 'string' ? [...value].length : undefined)
const itemCount = (value: JsonValue): number | undefined => (isJsonArray(value) ? value.length : undefined)
const memberCount = (value: JsonValue): number | undefined => (isJsonObject(value) ? Object.keys(value).length : undefined)

const bounds: readonly Keyword[] = [
  bound('minimum', numberOf, atLeast),
  bound('maximum', numberOf, atMost),
  bound('exclusiveMinimum', numberOf, (size, limit) => size > limit),
  bound('exclusiveMaximum', numberOf, (size, limit) => size < limit),
  bound('multipleOf', numberOf, (size, limit) => Number.isInteger(size / limit)),
  bound('minLength', lengthOf, atLeast),
  bound('maxLength', lengthOf, atMost),
  bound('minItems', itemCount, atLeast),
  bound('maxItems', itemCount, atMost),
  bound('minProperties', memberCount, atLeast),
  bound('maxProperties', memberCount, atMost),
]

function itemsMatch(value: JsonValue, schema: JsonObject, context: SchemaContext): boolean {
  if (!isJsonArray(value)) return true
  const { prefix, rest } = itemSchemas(schema)
  return value.every((item, at) => isInstance(item, prefix[at] ?? rest, context))
}

/** The schemas of the first items, and of all others. Older drafts write the first ones as `items`. */
export function itemSchemas(schema: JsonObject): { readonly prefix: readonly JsonValue[]; readonly rest: JsonValue } {
  const { items } = schema
  if (isJsonArray(items)) return { prefix: items, rest: schema['additionalItems'] ?? true }
  return { prefix: listOf(schema, 'prefixItems'), rest: items ?? true }
}

function contains(value: JsonValue, schema: JsonObject, context: SchemaContext): boolean {
  const wanted = schema['contains']
  if (wanted === undefined || !isJsonArray(value)) return true
  const count = value.filter((item) => isInstance(item, wanted, context)).length
  return count >= (readNumber(schema, 'minContains') ?? 1) && count <= (readNumber(schema, 'maxContains') ?? value.length)
}

function itemsDiffer(value: JsonValue, schema: JsonObject, { budget }: SchemaContext): boolean {
  if (schema['uniqueItems'] !== true || !isJsonArray(value)) return true
  return spend(budget, value.length) && value.every((item, at) => !value.slice(0, at).some((other) => isSameJson(item, other)))
}

function propertiesMatch(value: JsonValue, schema: JsonObject, context: SchemaContext): boolean {
  if (!isJsonObject(value)) return true
  const { properties, additionalProperties = true, propertyNames = true } = schema
  const known = isJsonObject(properties) ? properties : {}
  return Object.entries(value).every(([name, part]) => {
    const own = Object.hasOwn(known, name) ? (known[name] ?? true) : additionalProperties
    return isInstance(part ?? null, own, context) && isInstance(name, propertyNames, context)
  })
}

function hasRequired(value: JsonValue, schema: JsonObject, context: SchemaContext): boolean {
  if (!isJsonObject(value)) return true
  const has = (name: JsonValue): boolean => typeof name === 'string' && Object.hasOwn(value, name)
  const dependents = [...entriesOf(schema, 'dependentRequired'), ...entriesOf(schema, 'dependentSchemas')]
  return (
    listOf(schema, 'required').every(has) &&
    dependents.every(([name, then]) => !has(name) || (isJsonArray(then) ? then.every(has) : isInstance(value, then, context)))
  )
}

function isChosen(value: JsonValue, schema: JsonObject): boolean {
  const { const: only, enum: values } = schema
  return (only === undefined || isSameJson(value, only)) && (!isJsonArray(values) || values.some((one) => isSameJson(value, one)))
}

function logicHolds(value: JsonValue, schema: JsonObject, context: SchemaContext): boolean {
  const fits = (part: JsonValue): boolean => isInstance(value, part, context)
  const { anyOf, oneOf, not, if: condition } = schema
  return (
    listOf(schema, 'allOf').every(fits) &&
    (!isJsonArray(anyOf) || anyOf.some(fits)) &&
    (!isJsonArray(oneOf) || oneOf.filter(fits).length === 1) &&
    (not === undefined || !fits(not)) &&
    (condition === undefined || fits((fits(condition) ? schema['then'] : schema['else']) ?? true))
  )
}

function referenceHolds(value: JsonValue, schema: JsonObject, context: SchemaContext): boolean {
  const reference = readString(schema, '$ref')
  return reference === undefined || isInstance(value, resolveReference(context.root, reference) ?? true, context)
}

const keywords: readonly Keyword[] = [
  typesMatch,
  isChosen,
  ...bounds,
  itemsMatch,
  itemsDiffer,
  contains,
  hasRequired,
  propertiesMatch,
  referenceHolds,
  logicHolds,
]

/**
 * Whether a value that was made here satisfies a JSON Schema (2020-12, and older forms of tuples). It is no validator:
 * `pattern` and `format` are taken for granted, since an expression of a client is never executed, and a schema that
 * costs more than the budget has no instances.
 */
export function isInstance(value: JsonValue, schema: JsonValue, context: SchemaContext): boolean {
  if (!spend(context.budget)) return false
  if (!isJsonObject(schema)) return schema !== false
  return keywords.every((keyword) => keyword(value, schema, context))
}
