import { createProviderTable } from '@proxyapi/core/serving'
import * as v from 'valibot'
import { createConfigSchema, type GatewayConfig } from './config-schema.ts'

/** Where a value stands in a configuration. */
export type ConfigPath = readonly (string | number)[]

/** The part of valibot's schemas that is walked; they are plain objects. */
interface AnySchema {
  readonly type: string
  readonly entries?: Readonly<Record<string, AnySchema>>
  readonly wrapped?: AnySchema
  readonly item?: AnySchema
  readonly value?: AnySchema
  readonly options?: readonly AnySchema[]
}

function isSecret(schema: AnySchema): boolean {
  return v.getMetadata(schema as unknown as v.GenericSchema)['isSecret'] === true // every schema that is walked is one of valibot's
}

/** The member of a schema for one step down, whatever the step is. */
function memberOf({ entries, item, value }: AnySchema, step: string | number): AnySchema | undefined {
  return typeof step === 'number' ? item : (entries?.[step] ?? value)
}

function stepsOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item] as const)
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? Object.entries(value) : []
}

function secretsIn(schema: AnySchema | undefined, value: unknown, path: ConfigPath): readonly ConfigPath[] {
  if (schema === undefined || value === undefined) return []
  if (typeof value === 'string' && value !== '' && isSecret(schema)) return [path]
  if (schema.wrapped !== undefined) return secretsIn(schema.wrapped, value, path)
  if (schema.type === 'picklist') return []
  if (schema.options !== undefined) return schema.options.flatMap((option) => secretsIn(option, value, path))
  return stepsOf(value).flatMap(([step, member]) => secretsIn(memberOf(schema, step), member, [...path, step]))
}

/**
 * Where a configuration holds secrets, by its schema: keys, passwords, addresses that are credentials themselves. It may be the valid
 * configuration, or the tree that a file was read into.
 */
export function secretPathsOf(config: unknown): readonly ConfigPath[] {
  const schema = createConfigSchema(createProviderTable().types) as unknown as AnySchema // a valibot schema, see above
  const found = secretsIn(schema, config, [])
  return [...new Map(found.map((path) => [JSON.stringify(path), path])).values()]
}

/** What stands in the place of a secret. */
const hiddenValue = '***'

/** The password in a URL is one wherever the URL stands. */
function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,1024}@/g, `$1${hiddenValue}@`)
}

type Replace = (text: string, path: ConfigPath) => string

function copied(value: unknown, path: ConfigPath, replace: Replace): unknown {
  if (typeof value === 'string') return replace(value, path)
  if (Array.isArray(value)) return value.map((item: unknown, index) => copied(item, [...path, index], replace))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copied(member, [...path, key], replace)]))
}

/** Shorter texts stand in values of their own accord. */
const shortestHidden = 6

/** A copy of a value in which none of these texts is left, in keys as little as in values. */
export function withoutTexts<T>(value: T, texts: readonly string[] = []): T {
  const long = texts.filter((text) => text.length >= shortestHidden)
  const hide = (text: string): string => long.reduce((shown, one) => shown.replaceAll(one, hiddenValue), text)
  return copied(value, [], hide) as T // the same with other texts
}

/** A copy of a configuration in which no secret is left. */
export function maskConfig(config: GatewayConfig): Readonly<Record<string, unknown>> {
  const secret = new Set(secretPathsOf(config).map((path) => JSON.stringify(path)))
  const hide: Replace = (text, path) => (secret.has(JSON.stringify(path)) ? hiddenValue : withoutPassword(text))
  return copied(config, [], hide) as Readonly<Record<string, unknown>> // a copy of a record
}
