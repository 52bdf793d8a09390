import type { GatewayConfig } from '@proxyapi/server'
import { type LoadedConfig, loadConfig } from '../config/load-config.ts'
import type { CliContext } from '../process.ts'
import { toJson } from '../terminal.ts'

/** Where a command's configuration is: its flag, the environment's, or none. */
export function configPath(flag: string | undefined, { env }: Pick<CliContext, 'env'>): string | undefined {
  return flag ?? (env['PROXYAPI_CONFIG'] || undefined)
}

/** The configuration as `start` would read it; `undefined` when it is wrong, which has been told. */
export function loadOrTell(path: string | undefined, context: CliContext, asJson = false): GatewayConfig | undefined {
  const loaded: LoadedConfig = loadConfig({ path, env: context.env, readFile: context.readFile })
  if (loaded.ok) return loaded.config
  if (asJson) context.out(toJson({ ok: false, issues: loaded.issues }))
  else context.err(`${loaded.problems.join('\n')}\n`)
  return undefined
}
