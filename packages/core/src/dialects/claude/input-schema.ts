import { isJsonObject, type JsonObject, readArray, readObject } from '../../wire/json.ts'

const combinations = ['anyOf', 'oneOf', 'allOf'] as const

function branchesOf(schema: JsonObject, name: string): readonly JsonObject[] {
  return (readArray(schema, name) ?? []).filter(isJsonObject)
}

function requiredOf(schema: JsonObject): readonly string[] {
  return (readArray(schema, 'required') ?? []).filter((name) => typeof name === 'string')
}

function isRequiredByAny(branches: readonly JsonObject[], name: string): boolean {
  return branches.length > 0 && branches.every((branch) => requiredOf(branch).includes(name))
}

/** Claude refuses combined schemas at the top: their properties become one object's, and what all alternatives require stays required. */
function withoutCombinations(schema: JsonObject): JsonObject {
  const { anyOf: _any, oneOf: _one, allOf: _all, ...rest } = schema
  const all = branchesOf(schema, 'allOf')
  const alternatives = [branchesOf(schema, 'anyOf'), branchesOf(schema, 'oneOf')]
  const branches = [...all, ...alternatives.flat()]
  const properties: JsonObject = Object.fromEntries(
    [...branches, schema].flatMap((branch) => Object.entries(readObject(branch, 'properties') ?? {})),
  )
  const names = [schema, ...branches].flatMap(requiredOf)
  const required = names.filter(
    (name) =>
      [schema, ...all].some((branch) => requiredOf(branch).includes(name)) || alternatives.some((list) => isRequiredByAny(list, name)),
  )
  return { ...rest, properties, ...(required.length > 0 && { required: [...new Set(required)] }) }
}

/** The schema of a tool's arguments as Claude takes it: an object with properties. */
export function toInputSchema(parameters: JsonObject | undefined): JsonObject {
  const isCombined = parameters !== undefined && combinations.some((name) => parameters[name] !== undefined)
  const schema = isCombined ? withoutCombinations(parameters) : parameters
  return { ...schema, type: 'object', ...(schema?.['properties'] === undefined && { properties: {} }) }
}
