import type { GatewayConfig } from '@proxyapi/server'
import type { CliContext } from '../process.ts'
import { createPaint, toJson } from '../terminal.ts'
import { readFlags } from './arguments.ts'
import { findGaps, type Gap } from './find-gaps.ts'
import { configPath, loadOrTell } from './load.ts'

export const checkHelp = `proxyapi check [--config FILE] [--strict] [--json]

Reads the configuration as "start" would, starts nothing, and says what is wrong with it: unknown settings, wrong values,
names that lead nowhere or in a circle. What is valid and may not be meant is a warning: models that nobody can ask, keys
that lead to none, models without a price.

  --strict  warnings are failures too
  --json    {"ok", "issues", "warnings", "providers", "models", "keys"}
`

const flags = { config: { type: 'string' }, strict: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const

function toCounts({ providers, models, auth }: GatewayConfig): Readonly<Record<string, number>> {
  return { providers: providers.length, models: models.length, keys: auth.api_keys.length }
}

function tell(warnings: readonly Gap[], context: CliContext): void {
  const { warn } = createPaint(context)
  for (const { subject, message } of warnings) context.err(`${warn('warning')}: ${subject} ${message}\n`)
}

export async function check(args: readonly string[], context: CliContext): Promise<number> {
  const values = readFlags(args, flags)
  if (values.help === true) {
    context.out(checkHelp)
    return 0
  }
  const path = configPath(values.config, context)
  const config = loadOrTell(path, context, values.json)
  if (config === undefined) return 1
  const warnings = findGaps(config)
  const { providers, models, keys } = toCounts(config)
  if (values.json === true) context.out(toJson({ ok: true, issues: [], warnings, providers, models, keys }))
  else {
    tell(warnings, context)
    context.out(`${path ?? 'environment'}: ok (${providers} providers, ${models} virtual models, ${keys} keys)\n`)
  }
  return values.strict === true && warnings.length > 0 ? 1 : 0
}
