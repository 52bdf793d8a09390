import { type ConfigIssue, type GatewayConfig, parseConfig, providersFromEnv, renderIssue } from '@proxyapi/server'
import { checkEgress } from '../egress/egress-options.ts'
import { readYaml } from './read-yaml.ts'

type Env = Readonly<Record<string, string | undefined>>
type Path = readonly (string | number)[]
type Tree = Readonly<Record<string, unknown>>

export interface LoadOptions {
  /** The configuration file; `undefined` takes the environment alone. */
  readonly path?: string | undefined
  readonly env: Env
  /** @throws when the file can't be read */
  readonly readFile: (path: string) => string
  /** From the command line: these win over file and environment. */
  readonly host?: string | undefined
  readonly port?: string | undefined
}

export type LoadedConfig =
  | { readonly ok: true; readonly config: GatewayConfig }
  | { readonly ok: false; readonly problems: readonly string[] }

function asTree(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {} // a mapping, just checked
}

function withValue(tree: Tree, path: readonly string[], value: unknown): Tree {
  const [head, ...rest] = path
  if (head === undefined || value === undefined || value === '') return tree
  return { ...tree, [head]: rest.length === 0 ? value : withValue(asTree(tree[head]), rest, value) }
}

/** What the environment says over the file. `API_KEY` is one more accepted key. */
function withEnvironment(file: Tree, { env, host, port }: LoadOptions): Tree {
  let tree = file
  const overrides: readonly (readonly [readonly string[], string | undefined])[] = [
    [['server', 'host'], host ?? env['HOST']],
    [['server', 'port'], port ?? env['PORT']],
    [['server', 'workers'], env['WORKERS']],
    [['http_client', 'pool_limits', 'max_connections'], env['HTTP_MAX_CONNECTIONS']],
    [['caching', 'response_cache', 'max_size_mb'], env['CACHE_MAX_MEMORY_MB']],
    [['logging', 'level'], env['LOG_LEVEL']],
    [['redis', 'url'], env['REDIS_URL']],
  ]
  for (const [path, value] of overrides) tree = withValue(tree, path, value)
  if (tree['providers'] === undefined) tree = { ...tree, providers: providersFromEnv(env) }
  const key = env['API_KEY']
  if (key === undefined || key === '') return tree
  const keys: unknown = asTree(tree['auth'])['api_keys']
  return withValue(tree, ['auth', 'api_keys'], [...(Array.isArray(keys) ? (keys as readonly unknown[]) : []), key])
}

function render(issue: ConfigIssue, at: (path: Path) => string): string {
  return `${at(issue.path)}${renderIssue(issue)}`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}

/** An open gateway is for this machine alone. */
function exposure(config: GatewayConfig): readonly string[] {
  if (config.auth.api_keys.length > 0 || isLoopback(config.server.host)) return []
  return [
    `server.host: ${config.server.host} is not a loopback address, and no API key is configured. Set auth.api_keys or API_KEY, or bind to 127.0.0.1.`,
  ]
}

function parse(tree: unknown, at: (path: Path) => string, options: LoadOptions): LoadedConfig {
  const parsed = parseConfig(tree)
  if (!parsed.ok) return { ok: false, problems: parsed.issues.map((issue) => render(issue, at)) }
  const egress = checkEgress(parsed.config, options).map(({ path, message }) => (path === undefined ? message : `${at(path)}${message}`))
  const problems = [...exposure(parsed.config), ...egress]
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: parsed.config }
}

/** The configuration from a file, the environment and the command line; or every problem, each with its place. */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const { path } = options
  if (path === undefined) return parse(withEnvironment({}, options), () => '', options)
  let text: string
  try {
    text = options.readFile(path)
  } catch (error) {
    return {
      ok: false,
      problems: [`${path}: cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`],
    }
  }
  const yaml = readYaml(text, options)
  if (yaml.complaints.length > 0) {
    return { ok: false, problems: yaml.complaints.map(({ position, message }) => `${path}:${position.line}:${position.column} ${message}`) }
  }
  if (yaml.value !== null && (typeof yaml.value !== 'object' || Array.isArray(yaml.value))) {
    return { ok: false, problems: [`${path}:1:1 the configuration must be a mapping of sections`] }
  }
  return parse(
    withEnvironment(asTree(yaml.value), options),
    (at) => {
      const { line, column } = yaml.positionOf(at)
      return `${path}:${line}:${column} `
    },
    options,
  )
}
