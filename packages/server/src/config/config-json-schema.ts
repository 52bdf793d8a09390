import { createProviderTable } from '@proxyapi/core/serving'
import { toJsonSchema } from '@valibot/to-json-schema'
import { createConfigSchema } from './config-schema.ts'

type Json = Readonly<Record<string, unknown>>

/** A text that refers to the environment or a file may stand wherever a value may. */
const reference = '\\$\\{'
const spelled: Readonly<Record<string, string>> = {
  integer: `${reference}|^-?\\d+$`,
  number: `${reference}|^-?\\d+(\\.\\d+)?$`,
  boolean: `${reference}|^(true|false)$`,
}

/** Read from their text too, whatever their case, or from words that other tools have for them. */
const freelySpelled: readonly string[] = ['logging.level']

/** Numbers and booleans are read from their text too (`port: ${PORT}`): an editor is told of both spellings. */
function withSpelling(schema: Json, path: string): Json {
  const { type, default: usual, ...rest } = schema
  const kept = usual === undefined ? {} : { default: usual }
  if (freelySpelled.includes(path)) return { ...kept, type: 'string' }
  const pattern = Array.isArray(rest['enum']) ? reference : typeof type === 'string' ? spelled[type] : undefined
  if (pattern === undefined) return schema
  return {
    ...kept,
    anyOf: [
      { ...(type !== undefined && { type }), ...rest },
      { type: 'string', pattern },
    ],
  }
}

function isSchema(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What has a default need not be written. */
function requiredOf(schema: Json, properties: Json): Json {
  const required: readonly unknown[] = Array.isArray(schema['required']) ? (schema['required'] as readonly unknown[]) : []
  const written = required.filter((name) => typeof name === 'string' && (properties[name] as Json | undefined)?.['default'] === undefined)
  return { required: written }
}

/** A schema as an editor is to have it, and all below it. */
function forEditors(schema: Json, path: string): Json {
  const { isSecret, ...plain } = schema
  const { properties, items, anyOf, additionalProperties } = plain
  const below = (value: Json, step: string): Json => forEditors(value, path === '' ? step : `${path}.${step}`)
  const members = isSchema(properties) ? properties : {}
  return withSpelling(
    {
      ...plain,
      ...(isSecret === true && { writeOnly: true }),
      ...(isSchema(properties) && {
        properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, below(value as Json, name)])), // members are schemas
        ...requiredOf(schema, members),
      }),
      ...(isSchema(items) && { items: below(items, '[]') }),
      ...(isSchema(additionalProperties) && { additionalProperties: below(additionalProperties, '*') }),
      ...(Array.isArray(anyOf) && { anyOf: (anyOf as readonly Json[]).map((option) => forEditors(option, path)) }),
    },
    path,
  )
}

/**
 * The JSON Schema of the configuration file, for editors that complete and check it: draft-07, which all of them know. A file names it in
 * its first line: `# yaml-language-server: $schema=./proxyapi.schema.json`, or as its member `$schema`.
 */
export function configJsonSchema(): Json {
  const schema = toJsonSchema(createConfigSchema(createProviderTable().types), {
    target: 'draft-07',
    typeMode: 'output',
    errorMode: 'ignore',
  })
  return { ...forEditors(schema as Json, ''), title: 'Configuration of a ProxyAPI gateway' }
}
