import { ProxyApiError } from '@proxyapi/core'
import * as v from 'valibot'
import { type ConfigIssue, renderIssue, toConfigIssue } from '../errors/config-issue.ts'
import { keysOf } from '../errors/schema-keys.ts'
import { checkConfig } from './check-config.ts'
import { configSchema, type GatewayConfig } from './config-schema.ts'

export type ParsedConfig =
  | { readonly ok: true; readonly config: GatewayConfig }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] }

const keysAt = keysOf(configSchema)

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
