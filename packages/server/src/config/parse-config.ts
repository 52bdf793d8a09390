import { ProxyApiError } from '@proxyapi/core'
import * as v from 'valibot'
import { checkConfig } from './check-config.ts'
import { type ConfigIssue, renderIssue, toConfigIssue } from './config-issue.ts'
import { configSchema, type GatewayConfig } from './config-schema.ts'

export type ParsedConfig =
  | { readonly ok: true; readonly config: GatewayConfig }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] }

interface AnySchema {
  readonly type: string
  readonly entries?: Readonly<Record<string, AnySchema>>
  readonly wrapped?: AnySchema
  readonly item?: AnySchema
  readonly options?: readonly AnySchema[]
}

function stepInto(schema: AnySchema | undefined, step: string | number): AnySchema | undefined {
  if (schema === undefined) return undefined
  if (schema.wrapped !== undefined) return stepInto(schema.wrapped, step)
  if (schema.options !== undefined) return schema.options.map((option) => stepInto(option, step)).find((found) => found !== undefined)
  return typeof step === 'number' ? schema.item : schema.entries?.[step]
}

function entriesOf(schema: AnySchema | undefined): readonly string[] {
  if (schema === undefined) return []
  if (schema.wrapped !== undefined) return entriesOf(schema.wrapped)
  if (schema.options !== undefined) return schema.options.flatMap(entriesOf)
  return Object.keys(schema.entries ?? {})
}

function keysAt(path: readonly (string | number)[]): readonly string[] {
  // Valibot's schemas are plain objects; this is the part of their shape that we walk.
  return entriesOf(path.reduce<AnySchema | undefined>(stepInto, configSchema as unknown as AnySchema))
}

/** The deepest complaints of a union are the useful ones: those of the option that came furthest. */
function flatten(issue: v.BaseIssue<unknown>): readonly v.BaseIssue<unknown>[] {
  const nested = issue.type === 'union' ? (issue.issues ?? []) : []
  const deep = nested.filter((inner) => (inner.path?.length ?? 0) > 0)
  if (deep.length === 0) return [issue]
  return deep.map((inner) => ({ ...inner, path: [...(issue.path ?? []), ...(inner.path ?? [])] as v.BaseIssue<unknown>['path'] })) // joined paths of path items are paths
}

/** Reads a configuration as parsed from YAML or JSON. Every issue is reported, not only the first. */
export function parseConfig(input: unknown): ParsedConfig {
  const result = v.safeParse(configSchema, input ?? {})
  if (!result.success) return { ok: false, issues: result.issues.flatMap(flatten).map((issue) => toConfigIssue(issue, keysAt)) }
  const issues = checkConfig(result.output)
  return issues.length > 0 ? { ok: false, issues } : { ok: true, config: result.output }
}

/** @throws ProxyApiError `invalid_config` with one line per issue */
export function assertConfig(input: unknown): GatewayConfig {
  const parsed = parseConfig(input)
  if (parsed.ok) return parsed.config
  throw new ProxyApiError({ code: 'invalid_config', message: parsed.issues.map(renderIssue).join('\n') })
}
