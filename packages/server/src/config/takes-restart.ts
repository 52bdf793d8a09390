import type { GatewayConfig } from './config-schema.ts'
import type { ConfigPath } from './secret-paths.ts'

/** Settings that a process takes in when it starts: its socket, its connections and what it writes to. The others take effect at once. */
const restartPaths: readonly string[] = [
  'server.host',
  'server.port',
  'server.workers',
  'server.headers_timeout_seconds',
  'server.body_timeout_seconds',
  'server.shutdown_grace_seconds',
  'server.watch_config',
  'http_client.pool_limits.max_keepalive_connections',
  'http_client.pool_limits.keepalive_timeout',
  'http_client.proxy',
  'http_client.no_proxy',
  'http_client.ca_file',
  'http_client.private_hosts',
  'caching.enabled',
  'caching.response_cache.compression',
  'caching.response_cache.disk_max_size_mb',
  'logging',
  'telemetry',
  'memory',
  'redis',
  'database',
]

/** Whether a changed setting waits for the next start. */
export function takesRestart(path: ConfigPath): boolean {
  const dotted = path.join('.')
  return restartPaths.some((one) => dotted === one || dotted.startsWith(`${one}.`))
}

type Tree = Readonly<Record<string, unknown>>

function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Tree)[step] : undefined), tree) // an object, just checked
}

function withValue(tree: Tree, [head = '', ...rest]: readonly string[], value: unknown): Tree {
  if (rest.length > 0) return { ...tree, [head]: withValue((tree[head] ?? {}) as Tree, rest, value) } // sections are mappings
  const { [head]: _, ...others } = tree
  return value === undefined ? others : { ...tree, [head]: value }
}

/** What `next` comes to in a process that runs on `running`: settings that take a restart stay as they are. */
export function withoutRestart(next: GatewayConfig, running: GatewayConfig): GatewayConfig {
  let tree = next as unknown as Tree // a mapping of sections
  for (const dotted of restartPaths) {
    const path = dotted.split('.')
    tree = withValue(tree, path, at(running, path))
  }
  return tree as unknown as GatewayConfig // its sections are those of two configurations
}
