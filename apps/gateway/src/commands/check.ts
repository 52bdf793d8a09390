import { loadConfig } from '../config/load-config.ts'
import type { CliContext } from '../process.ts'
import { readFlags } from './arguments.ts'

export const checkHelp = `proxyapi check [--config FILE]

Reads the configuration as "start" would, starts nothing, and says what is wrong with it.
`

const flags = { config: { type: 'string' }, help: { type: 'boolean' } } as const

export async function check(args: readonly string[], context: CliContext): Promise<number> {
  const values = readFlags(args, flags)
  if (values.help === true) {
    context.out(checkHelp)
    return 0
  }
  const path = values.config ?? (context.env['PROXYAPI_CONFIG'] || undefined)
  const loaded = loadConfig({ path, env: context.env, readFile: context.readFile })
  if (!loaded.ok) {
    context.err(`${loaded.problems.join('\n')}\n`)
    return 1
  }
  const { config } = loaded
  context.out(
    `${path ?? 'environment'}: ok (${config.providers.length} providers, ${config.models.length} virtual models, ${config.auth.api_keys.length} keys)\n`,
  )
  return 0
}
