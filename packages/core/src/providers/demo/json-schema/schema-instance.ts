import { isJsonArray, type JsonObject, type JsonValue } from '../../../wire/json.ts'
import { spend } from './budget.ts'
import { flattenSchema } from './flatten-schema.ts'
import { isInstance, listOf } from './is-instance.ts'
import { listInstances } from './list-instances.ts'
import type { Making } from './making.ts'
import { objectInstances } from './object-instances.ts'
import { numberInstances, rotated, textInstances } from './scalar-instances.ts'

/*
 * An instance of a JSON Schema, made by trying: each alternative of a schema gives a few candidates, made of instances of
 * its parts, and the first one that the whole schema accepts is taken. A recursive schema ends because instances are
 * looked for at a small depth first, and at a larger one when there is none. All of it is paid from one budget of steps,
 * so that the cost of a client's schema is bounded whatever it says.
 */

/** Levels below the root, tried in this order. */
const depths = [3, 6, 12]
/** About 0.1 s. */
const maxSteps = 20_000

const keywordsOfType: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties', 'minProperties', 'patternProperties', 'propertyNames']],
  ['array', ['items', 'prefixItems', 'minItems', 'contains', 'uniqueItems']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
]
const anyType = ['string', 'object', 'array', 'integer', 'number', 'boolean', 'null']

/** The types to try: the declared ones with null last, else what the keywords speak of, and then any. */
function typesOf(schema: JsonObject): readonly JsonValue[] {
  const { type } = schema
  if (isJsonArray(type)) return [...type.filter((one) => one !== 'null'), ...type.filter((one) => one === 'null')]
  if (type !== undefined) return [type]
  const spoken = keywordsOfType.filter(([, keywords]) => keywords.some((key) => schema[key] !== undefined)).map(([name]) => name)
  return [...new Set([...spoken, ...anyType])]
}

/** Candidates of one type, made as they are asked for. */
function instancesOfType(type: JsonValue, schema: JsonObject, making: Making): Iterable<JsonValue> {
  switch (type) {
    case 'object':
      return objectInstances(schema, making)
    case 'array':
      return listInstances(schema, making)
    case 'integer':
    case 'number':
      return numberInstances(schema, type === 'integer', making.variant)
    case 'boolean':
      return rotated([true, false], making.variant)
    case 'null':
      return [null]
    default:
      return textInstances(schema, making)
  }
}

/** What the schema itself names as values: no other is needed. */
function namedValues(schema: JsonObject, variant: number): readonly JsonValue[] | undefined {
  if (schema['const'] !== undefined) return [schema['const']]
  return isJsonArray(schema['enum']) ? rotated(schema['enum'], variant) : undefined
}

/** Values that the schema suggests, which may be none of its instances. A pattern can't be asked, so it takes none. */
function suggestedValues(schema: JsonObject): readonly JsonValue[] {
  if (schema['pattern'] !== undefined || schema['format'] !== undefined) return []
  return [schema['default'], ...listOf(schema, 'examples')].filter((value) => value !== undefined && value !== null)
}

function* candidates(schema: JsonObject, making: Making): Generator<JsonValue> {
  const named = namedValues(schema, making.variant)
  if (named !== undefined) {
    yield* named
    return
  }
  if (making.variant === 0) yield* suggestedValues(schema)
  for (const type of typesOf(schema)) yield* instancesOfType(type, schema, making)
}

function makeInstance(schema: JsonValue, making: Making): JsonValue | undefined {
  if (making.depth < 0 || !spend(making.budget)) return undefined
  for (const flat of flattenSchema(schema, making)) {
    for (const candidate of candidates(flat, making)) if (isInstance(candidate, schema, making)) return candidate
  }
  return undefined
}

/**
 * A value that a JSON Schema accepts, always the same for the same schema. `words` is what free texts say; without it
 * each says the name of its member. `undefined` when there is none, or none within the bounds.
 */
export function schemaInstance(schema: JsonValue, words?: string): JsonValue | undefined {
  const making = { root: schema, budget: { steps: maxSteps }, words, text: words ?? 'text', variant: 0, level: 0, make: makeInstance }
  for (const depth of depths) {
    const instance = makeInstance(schema, { ...making, depth })
    if (instance !== undefined) return instance
  }
  return undefined
}
