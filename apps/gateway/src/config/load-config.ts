import {
  type ConfigIssue,
  type GatewayConfig,
  isLoopbackHost,
  parseConfig,
  providersFromEnv,
  renderIssue,
  withProviderEnv,
} from '@proxyapi/server'
import { checkEgress } from '../egress/egress-options.ts'
import { withOverridesFile } from './model-overrides-file.ts'
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

/** A setting that the command line or the environment may say over the file. */
interface Override {
  readonly path: readonly string[]
  /** Where it is said, as a message names it. */
  readonly source: string
  readonly value: string | undefined
}

function overridesOf({ env, host, port }: LoadOptions): readonly Override[] {
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

/** Places of values: those of the command line and the environment by their names, all others as `at` has them. */
function fromEnvironment(options: LoadOptions, at: (path: Path) => string): Origin {
  const sources = new Map(overridesOf(options).map(({ path, source }) => [path.join('.'), source]))
  return {
    at: (path) => {
      const source = sources.get(path.join('.'))
      return source === undefined ? at(path) : `${source}: `
    },
    referenced: new Set(),
  }
}

/** Whether a key of the file is the same: a file often refers to the variable itself. */
function isKey(written: unknown, key: string): boolean {
  return written === key || asTree(written)['key'] === key
}

/** What the environment says over the file. `API_KEY` is one more accepted key. */
function withEnvironment(file: Tree, options: LoadOptions): Tree {
  const { env } = options
  let tree = file
  for (const { path, value } of overridesOf(options)) tree = withValue(tree, path, value)
  const { providers } = tree
  if (providers === undefined) tree = { ...tree, providers: providersFromEnv(env) }
  else if (Array.isArray(providers)) tree = { ...tree, providers: providers.map((provider: unknown) => withProviderEnv(provider, env)) }
  const key = env['API_KEY']
  if (key === undefined || key === '') return tree
  const written: unknown = asTree(tree['auth'])['api_keys']
  const keys: readonly unknown[] = Array.isArray(written) ? (written as readonly unknown[]) : []
  return keys.some((one) => isKey(one, key)) ? tree : withValue(tree, ['auth', 'api_keys'], [...keys, key])
}

/** Where values stand, and which of them must not be shown. */
interface Origin {
  readonly at: (path: Path) => string
  /** Texts that came out of references: whoever wrote `${VAR}` did not write the value, and it may be a secret. */
  readonly referenced: ReadonlySet<string>
}

function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Tree)[step] : undefined), tree) // a mapping or a list, by its steps
}

/** Shorter texts stand in messages of their own accord. */
const minHiddenCharacters = 6

function withoutReferenced(line: string, { referenced }: Origin): string {
  let hidden = line
  for (const text of referenced) if (text.length >= minHiddenCharacters) hidden = hidden.replaceAll(text, '***')
  return hidden
}

function render(issue: ConfigIssue, tree: unknown, origin: Origin): string {
  const value = valueAt(tree, issue.path)
  const isReferenced = typeof value === 'string' && origin.referenced.has(value)
  const shown = isReferenced ? { ...issue, found: 'the value of a reference' } : issue
  return withoutReferenced(`${origin.at(issue.path)}${renderIssue(shown)}`, origin)
}

/** So many problems are enough to begin with. */
const maxProblems = 50

/** A key shorter than this can be guessed by whoever reaches the gateway. */
const minKeyCharacters = 8

/** An open gateway, or one with a key that can be guessed, is for this machine alone. */
function exposure(config: GatewayConfig): readonly string[] {
  if (isLoopbackHost(config.server.host)) return []
  const keys = config.auth.api_keys.map((key) => (typeof key === 'string' ? key : key.key))
  const short = keys.findIndex((key) => key !== undefined && key.length < minKeyCharacters)
  if (short !== -1)
    return [
      `auth.api_keys[${short}]: has ${keys[short]?.length} characters, and ${config.server.host} is not a loopback address. Use at least ${minKeyCharacters}, or bind to 127.0.0.1.`,
    ]
  if (keys.length > 0 || config.auth.jwt.issuer !== '') return []
  return [
    `server.host: ${config.server.host} is not a loopback address, and no API key is configured. Set auth.api_keys or API_KEY, or bind to 127.0.0.1.`,
  ]
}

function parse(tree: Tree, origin: Origin, options: LoadOptions): LoadedConfig {
  const parsed = parseConfig(tree)
  if (!parsed.ok) return { ok: false, problems: parsed.issues.slice(0, maxProblems).map((issue) => render(issue, tree, origin)) }
  const egress = checkEgress(parsed.config, options).map(({ path, message }) =>
    path === undefined ? message : `${origin.at(path)}${message}`,
  )
  const problems = [...exposure(parsed.config), ...egress]
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: parsed.config }
}

/** Sections of other gateways' files: who brings one is told our form, instead of a list of unknown keys. */
const foreignForms: readonly { readonly key: string; readonly hint: string }[] = [
  {
    key: 'model_list',
    hint: "is LiteLLM's form. Here each vendor stands once under `providers` (name, api_key, base_url, models), and a name for several models under `models` (name, targets, fallbacks); clients ask for provider/model. See apps/gateway/README.md, Routing.",
  },
]

function foreignForm(tree: Tree): { readonly key: string; readonly hint: string } | undefined {
  return foreignForms.find(({ key }) => Object.hasOwn(tree, key))
}

/** The configuration from a file, the environment and the command line; or every problem, each with its place. */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const { path } = options
  if (path === undefined)
    return parse(
      withEnvironment({}, options),
      fromEnvironment(options, () => ''),
      options,
    )
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
  const foreign = foreignForm(asTree(yaml.value))
  if (foreign !== undefined) {
    const { line, column } = yaml.positionOf([foreign.key])
    return { ok: false, problems: [`${path}:${line}:${column} ${foreign.key}: ${foreign.hint}`] }
  }
  const { tree, problems, placeOf, referenced } = withOverridesFile(asTree(yaml.value), path, options)
  if (problems.length > 0) return { ok: false, problems }
  const { at } = fromEnvironment(options, (place) => {
    const { line, column } = yaml.positionOf(place)
    return placeOf(place) ?? `${path}:${line}:${column} `
  })
  return parse(withEnvironment(tree, options), { at, referenced: new Set([...yaml.referenced, ...referenced]) }, options)
}
