import { providersFromEnv, withProviderEnv } from '@proxyapi/server'
import { asTree, type Tree, withValue } from './tree.ts'

/** What the command line and the environment may say over the file. */
export interface OverrideSources {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly host?: string | undefined
  readonly port?: string | undefined
}

/** A setting that is said over the file. */
export interface Override {
  readonly path: readonly string[]
  /** Where it is said, as a message names it: `PORT`, `--port`. */
  readonly source: string
  readonly value: string | undefined
}

/** The settings that the command line and the environment say over the file. */
export function overridesOf({ env, host, port }: OverrideSources): readonly Override[] {
  const fromEnv = (name: string, ...path: readonly string[]): Override => ({ path, source: name, value: env[name] })
  const said = (flag: string, value: string | undefined, otherwise: Override): Override =>
    value === undefined ? otherwise : { path: otherwise.path, source: flag, value }
  const all = [
    said('--host', host, fromEnv('HOST', 'server', 'host')),
    said('--port', port, fromEnv('PORT', 'server', 'port')),
    fromEnv('WORKERS', 'server', 'workers'),
    fromEnv('HTTP_MAX_CONNECTIONS', 'http_client', 'pool_limits', 'max_connections'),
    fromEnv('CACHE_MAX_MEMORY_MB', 'caching', 'response_cache', 'max_size_mb'),
    fromEnv('LOG_LEVEL', 'logging', 'level'),
    fromEnv('REDIS_URL', 'redis', 'url'),
  ]
  return all.filter(({ value }) => value !== undefined && value !== '')
}

/** Whether a key of the file is the same: a file often refers to the variable itself. */
function isKey(written: unknown, key: string): boolean {
  return written === key || asTree(written)['key'] === key
}

/** What the environment says over the file. `API_KEY` is one more accepted key. */
export function withEnvironment(file: Tree, sources: OverrideSources): Tree {
  const { env } = sources
  let tree = file
  for (const { path, value } of overridesOf(sources)) tree = withValue(tree, path, value)
  const { providers } = tree
  if (providers === undefined) tree = { ...tree, providers: providersFromEnv(env) }
  else if (Array.isArray(providers)) tree = { ...tree, providers: providers.map((provider: unknown) => withProviderEnv(provider, env)) }
  const key = env['API_KEY']
  if (key === undefined || key === '') return tree
  const written: unknown = asTree(tree['auth'])['api_keys']
  const keys: readonly unknown[] = Array.isArray(written) ? (written as readonly unknown[]) : []
  return keys.some((one) => isKey(one, key)) ? tree : withValue(tree, ['auth', 'api_keys'], [...keys, key])
}
