import { type ProviderDefinition, ProxyApiError } from '@proxyapi/core'
import { createProviderTable } from '@proxyapi/core/serving'
import * as v from 'valibot'
import { type ConfigIssue, renderIssue, toConfigIssue } from '../errors/config-issue.ts'
import { viewOf } from '../errors/schema-view.ts'
import { checkConfig } from './check-config.ts'
import { createConfigSchema, type GatewayConfig } from './config-schema.ts'

/** A valid configuration, or everything that is wrong with it. */
export type ParsedConfig =
  | { readonly ok: true; readonly config: GatewayConfig }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] }

/** The deepest complaints of a union are the useful ones: those of the option that came furthest. */
function flatten(issue: v.BaseIssue<unknown>): readonly v.BaseIssue<unknown>[] {
  const nested = issue.type === 'union' ? (issue.issues ?? []) : []
  const deep = nested.filter((inner) => (inner.path?.length ?? 0) > 0)
  if (deep.length === 0) return [issue]
  return deep.map((inner) => ({ ...inner, path: [...(issue.path ?? []), ...(inner.path ?? [])] as v.BaseIssue<unknown>['path'] })) // joined paths of path items are paths
}

/** Reads a configuration as parsed from YAML or JSON. Every issue is reported, not only the first. `definitions` are kinds of provider beyond the built-in ones. */
export function parseConfig(input: unknown, definitions?: readonly ProviderDefinition[]): ParsedConfig {
  const table = createProviderTable(definitions)
  const schema = createConfigSchema(table.types)
  const result = v.safeParse(schema, input ?? {})
  if (!result.success) return { ok: false, issues: result.issues.flatMap(flatten).map((issue) => toConfigIssue(issue, viewOf(schema))) }
  const issues = checkConfig(result.output, table)
  return issues.length > 0 ? { ok: false, issues } : { ok: true, config: result.output }
}

/** `parseConfig` for callers that go no further. @throws ProxyApiError `invalid_config` with one line per issue */
export function assertConfig(input: unknown, definitions?: readonly ProviderDefinition[]): GatewayConfig {
  const parsed = parseConfig(input, definitions)
  if (parsed.ok) return parsed.config
  throw new ProxyApiError({ code: 'invalid_config', message: parsed.issues.map(renderIssue).join('\n') })
}
