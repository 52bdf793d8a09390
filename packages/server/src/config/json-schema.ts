import { format, type Schema, Validator } from '@cfworker/json-schema'
import { RE2JS } from 're2js'

/** A JSON Schema, draft 2020-12, as configured. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A schema that values can be held to. */
export interface CompiledSchema {
  readonly validate: (value: unknown) => { readonly valid: boolean }
}

/*
 * The validator matches `pattern` with the engine's own expressions, which may take forever. So each `pattern` becomes a `format` of ours that
 * matches with RE2. The names are long enough to be nobody else's.
 */
function toFormat(pattern: string): string {
  const name = `proxyapi-pattern:${pattern}`
  const expression = RE2JS.compile(pattern)
  format[name] = (text) => expression.test(text)
  return name
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Members whose values are data: below them nothing is a keyword. */
const dataKeywords: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'required'])
/** Members whose own members are names, each with a schema. */
const namedKeywords: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'dependentSchemas'])

function withLinearMember(name: string, value: unknown): unknown {
  if (dataKeywords.has(name)) return value
  if (!namedKeywords.has(name) || !isRecord(value)) return withLinearPatterns(value)
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, withLinearPatterns(below)]))
}

function withLinearPatterns(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withLinearPatterns)
  if (!isRecord(schema)) return schema
  if ('patternProperties' in schema) throw new Error('patternProperties: use properties or propertyNames')
  const { pattern, ...rest } = schema
  const linear: Record<string, unknown> = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, withLinearMember(name, value)]),
  )
  if (typeof pattern !== 'string') return linear
  const others = Array.isArray(linear['allOf']) ? (linear['allOf'] as readonly unknown[]) : []
  return { ...linear, allOf: [...others, { format: toFormat(pattern) }] }
}

/** @throws Error saying what of the schema can't be used: `patternProperties`, a `pattern` that is not linear, a reference that leads nowhere */
export function compileJsonSchema(schema: JsonSchema): CompiledSchema {
  const validator = new Validator(withLinearPatterns(schema) as Schema, '2020-12', true) // a record is a schema
  // References are followed when something is validated.
  validator.validate({})
  return validator
}

/** What of a schema can't be used, in words; `undefined` when all of it can. */
export function schemaProblem(schema: JsonSchema): string | undefined {
  try {
    compileJsonSchema(schema)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'it can’t be read'
  }
}
