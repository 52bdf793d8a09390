import { asTree, type Path, type Tree } from '../config/tree.ts'
import { type ForeignFile, ImportError, type Imported, readForeignFile } from './foreign-file.ts'
import { toReference, toTarget } from './litellm-deployment.ts'
import { createProviderList, type ProviderList } from './provider-list.ts'
import { withoutEmpty } from './write-config.ts'

/** Their strategies (docs.litellm.ai/docs/routing, 2026-10) and ours. */
const strategies: Readonly<Record<string, string>> = {
  'simple-shuffle': 'weighted',
  'least-busy': 'least_connections',
  'latency-based-routing': 'latency',
  'cost-based-routing': 'cost_optimized',
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

/** The first value that a setting has in the sections where it may stand; all of them are taken. */
function takeFirst(file: ForeignFile, ...paths: readonly Path[]): unknown {
  const values = paths.map((path) => file.take(...path))
  return values.find((value) => value !== undefined)
}

const both = (name: string): readonly Path[] => [
  ['router_settings', name],
  ['litellm_settings', name],
]

/** Names for models: each becomes a virtual model, unless it is the target itself. */
function toModels(file: ForeignFile, providers: ProviderList): readonly Tree[] {
  const targets = new Map<string, string[]>()
  for (const [index, entry] of asList(file.tree['model_list']).entries()) {
    const name = file.take('model_list', index, 'model_name')
    const target = toTarget(file, ['model_list', index], providers)
    if (target === undefined) continue
    if (typeof name !== 'string' || name.includes('*')) {
      if (name !== asTree(asTree(entry)['litellm_params'])['model'])
        file.note(['model_list', index, 'model_name'], `clients ask for ${target}: a name with * stands for nothing else here`)
      continue
    }
    targets.set(name, [...new Set([...(targets.get(name) ?? []), target])])
  }
  for (const [alias, meant] of Object.entries(asTree(file.take('router_settings', 'model_group_alias')))) {
    const name = typeof meant === 'string' ? meant : asTree(meant)['model']
    if (typeof name === 'string') targets.set(alias, [name])
  }
  return [...targets].filter(([name, list]) => list.length !== 1 || list[0] !== name).map(([name, list]) => ({ name, targets: list }))
}

const fallbackKinds = { fallbacks: 'general', context_window_fallbacks: 'context_length', content_policy_fallbacks: 'content_policy' }

function toFallbacks(file: ForeignFile): Tree {
  const chains = new Map<string, Record<string, unknown>>()
  for (const [theirs, ours] of Object.entries(fallbackKinds)) {
    for (const entry of asList(takeFirst(file, ...both(theirs)))) {
      for (const [model, list] of Object.entries(asTree(entry))) chains.set(model, { ...chains.get(model), [ours]: list })
    }
  }
  const usual = takeFirst(file, ...both('default_fallbacks'))
  if (usual !== undefined) chains.set('*', { general: usual })
  return Object.fromEntries(
    [...chains].map(([model, kinds]) => [model, Object.keys(kinds).join() === 'general' ? kinds['general'] : kinds]),
  )
}

function toRouting(file: ForeignFile): Tree {
  const theirs = file.take('router_settings', 'routing_strategy')
  const strategy = typeof theirs === 'string' ? strategies[theirs] : undefined
  if (theirs !== undefined && strategy === undefined)
    file.note(
      ['router_settings', 'routing_strategy'],
      `"${String(theirs).slice(0, 60)}" has no equivalent; targets take turns (round_robin)`,
    )
  const retries = takeFirst(file, ...both('num_retries'))
  const retry =
    retries === undefined
      ? undefined
      : { attempts_per_target: Math.min(10, Number(retries) + 1), max_attempts: Math.min(10, Number(retries) + 3) }
  return withoutEmpty({ strategy: strategy ?? 'round_robin', fallbacks: toFallbacks(file), retry })
}

function toBreaker(file: ForeignFile): Tree {
  const fails = takeFirst(file, ...both('allowed_fails'))
  const rest = takeFirst(file, ...both('cooldown_time'))
  return withoutEmpty({
    failure_threshold: fails === undefined ? undefined : Math.max(1, Number(fails) + 1),
    recovery_timeout: rest === undefined ? undefined : Number(rest),
  })
}

/** Host, port and password in parts make one address. */
function toRedisUrl(parts: Tree): string | undefined {
  if (typeof parts['url'] === 'string') return parts['url']
  if (typeof parts['host'] !== 'string') return undefined
  const password = typeof parts['password'] === 'string' ? `:${parts['password']}@` : ''
  return `redis://${password}${parts['host']}:${String(parts['port'] ?? 6379)}`
}

function toCaching(file: ForeignFile): Tree {
  const isOn = file.take('litellm_settings', 'cache') === true
  const take = (name: string): unknown => toReference(file.take('litellm_settings', 'cache_params', name))
  const type = take('type')
  const [ttl, url, host, port, password] = ['ttl', 'url', 'host', 'port', 'password'].map(take)
  const router = ['redis_url', 'redis_host', 'redis_port', 'redis_password'].map((name) => toReference(file.take('router_settings', name)))
  const ofCache = type === undefined || type === 'redis' ? toRedisUrl({ url, host, port, password }) : undefined
  const redis = ofCache ?? toRedisUrl({ url: router[0], host: router[1], port: router[2], password: router[3] })
  if (typeof type === 'string' && !['redis', 'local', 'disk'].includes(type))
    file.note(
      ['litellm_settings', 'cache_params', 'type'],
      `a cache of type "${type.slice(0, 40)}" is not known; memory and the data folder are used`,
    )
  const response = ttl === undefined ? undefined : { ttl: Number(ttl) }
  return { caching: withoutEmpty({ enabled: isOn, response_cache: response }), redis: redis === undefined ? undefined : { url: redis } }
}

/** Their lengths of time (`30d`) and our windows. */
const windows: Readonly<Record<string, string>> = { '1h': 'hour', '24h': 'day', '1d': 'day', '7d': 'week', '30d': 'month', '1mo': 'month' }

function toBudget(file: ForeignFile, amount: Path, duration: Path): Tree | undefined {
  const usd = file.take(...amount)
  const length = file.take(...duration)
  if (usd === undefined) return undefined
  const window = length === undefined ? 'total' : windows[String(length)]
  if (window === undefined)
    file.note(
      duration,
      `"${String(length).slice(0, 20)}" is no window here; the budget is taken for a month (hour, day, week, month, total)`,
    )
  return { usd: Number(usd), window: window ?? 'month' }
}

function toAuth(file: ForeignFile): Tree {
  const settings = (name: string): Path => ['litellm_settings', name]
  const budget = toBudget(file, settings('max_budget'), settings('budget_duration'))
  const users = toBudget(file, settings('max_end_user_budget'), settings('end_user_budget_duration'))
  const key = toReference(file.take('general_settings', 'master_key'))
  const team = budget === undefined ? {} : { team: 'everyone' }
  return withoutEmpty({
    api_keys: key === undefined ? [] : [{ name: 'master', key, role: 'admin', ...team }],
    teams: budget === undefined ? [] : [{ name: 'everyone', budget }],
    users: users === undefined ? {} : { budget: users },
  })
}

const explained: readonly (readonly [Path, string])[] = [
  [['general_settings', 'database_url'], 'keys and spend of their database are not taken over: create keys with POST /api/keys'],
  [['general_settings', 'alerting'], 'alerts are rules here: see alerting.rules and alerting.channels'],
  [['litellm_settings', 'success_callback'], 'traces go out by OpenTelemetry (telemetry), metrics to Prometheus (/metrics)'],
  [['litellm_settings', 'failure_callback'], 'traces go out by OpenTelemetry (telemetry), metrics to Prometheus (/metrics)'],
  [['litellm_settings', 'callbacks'], 'traces go out by OpenTelemetry (telemetry), metrics to Prometheus (/metrics)'],
  [
    ['litellm_settings', 'drop_params'],
    'what a provider does not take is always left out or mapped, and told in X-ProxyAPI-Dropped-Params',
  ],
  [['environment_variables'], 'set them in the environment of the process'],
]

/** Takes a LiteLLM configuration over. @throws ImportError when it is none */
export function importLiteLlm(text: string, name: string): Imported {
  const file = readForeignFile(text, name)
  if (!Array.isArray(file.tree['model_list']))
    throw new ImportError(`${name}:1:1 has no model_list, which a LiteLLM configuration begins with`)
  const providers = createProviderList()
  const models = toModels(file, providers)
  const { caching, redis } = toCaching(file)
  const timeout = takeFirst(file, ['litellm_settings', 'request_timeout'], ['router_settings', 'timeout'])
  for (const [path, message] of explained)
    if (
      asTree(file.tree[String(path[0])])[String(path[1])] !== undefined ||
      (path.length === 1 && file.tree[String(path[0])] !== undefined)
    )
      file.note(path, message)
  const config = {
    server: timeout === undefined ? {} : { deadline_seconds: { plain: Number(timeout), stream: Math.max(1800, Number(timeout)) } },
    auth: toAuth(file),
    providers: providers.toConfig(),
    models,
    routing: toRouting(file),
    circuit_breaker: toBreaker(file),
    caching,
    redis,
  }
  return { config: withoutEmpty(config), notes: file.notes() }
}
