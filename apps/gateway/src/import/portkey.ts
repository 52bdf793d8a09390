import { asTree, type Path, type Tree, valueAt } from '../config/tree.ts'
import { type ForeignFile, ImportError, type Imported, readForeignFile } from './foreign-file.ts'
import { type Account, createProviderList, type ProviderList } from './provider-list.ts'
import { withoutEmpty } from './write-config.ts'

/** Portkey's names of providers (portkey.ai/docs/integrations, 2026-10), and our types. */
const vendors: Readonly<Record<string, string>> = {
  openai: 'openai',
  'azure-openai': 'azure_openai',
  anthropic: 'anthropic',
  cohere: 'cohere',
  'x-ai': 'grok',
  google: 'gemini',
  'mistral-ai': 'mistral',
  groq: 'groq',
  deepseek: 'deepseek',
  openrouter: 'openrouter',
  bedrock: 'bedrock',
  'vertex-ai': 'vertex',
  ollama: 'ollama',
  'together-ai': 'together',
  voyage: 'voyage',
  jina: 'jina',
}

const accountFields: Readonly<Record<string, string>> = {
  api_key: 'api_key',
  custom_host: 'base_url',
  aws_region: 'region',
  aws_access_key_id: 'access_key_id',
  aws_secret_access_key: 'secret_access_key',
  azure_api_version: 'api_version',
  vertex_project_id: 'project',
  vertex_region: 'region',
}

/** Their settings are spelled both ways: `apiKey` is `api_key`. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

interface Walk {
  readonly file: ForeignFile
  readonly providers: ProviderList
  readonly models: Tree[]
  /** Retries and cache are the gateway's here: the first that is found. */
  readonly found: Map<string, unknown>
}

/** The member of a mapping, however it is spelled, taken over; `undefined` where it is not. */
function take({ file }: Walk, path: Path, name: string): unknown {
  const key = Object.keys(asTree(valueAt(file.tree, path))).find((written) => snake(written) === name)
  return key === undefined ? undefined : file.take(...path, key)
}

function keyOf(walk: Walk, path: Path, name: string): string | undefined {
  return Object.keys(asTree(valueAt(walk.file.tree, path))).find((written) => snake(written) === name)
}

/** Tells of the member of a mapping, however it is spelled, where it is there. */
function note(walk: Walk, { path, name }: { readonly path: Path; readonly name: string }, message: string): void {
  const key = keyOf(walk, path, name)
  if (key !== undefined) walk.file.note([...path, key], message)
}

/** What Portkey keeps under a name has to come from the environment here. */
function variableOf(virtualKey: string): string {
  return `PORTKEY_${virtualKey.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase()}`
}

function accountOf(walk: Walk, path: Path): Account | undefined {
  const given = take(walk, path, 'provider')
  const vendor = typeof given === 'string' ? given.replace(/^@/, '').split('/')[0] : undefined
  const hosted = take(walk, path, 'custom_host')
  const type =
    vendor !== undefined && Object.hasOwn(vendors, vendor) ? vendors[vendor] : hosted === undefined ? undefined : 'openai_compatible'
  if (type === undefined) {
    walk.file.note(path, `names no provider that is known${vendor === undefined ? '' : ` ("${vendor.slice(0, 40)}")`}`)
    return undefined
  }
  const account: Record<string, unknown> = {}
  for (const [theirs, ours] of Object.entries(accountFields)) {
    const value = theirs === 'custom_host' ? hosted : take(walk, path, theirs)
    if (value !== undefined) account[ours] = value
  }
  const virtualKey = take(walk, path, 'virtual_key')
  if (typeof virtualKey === 'string') {
    account['api_key'] = `\${${variableOf(virtualKey)}}`
    note(walk, { path, name: 'virtual_key' }, `the key stays with Portkey: set ${variableOf(virtualKey)} to the provider's own`)
  }
  const timeout = take(walk, path, 'request_timeout')
  const weight = take(walk, path, 'weight')
  return { type, ...account, ...withoutEmpty({ timeout_seconds: timeout === undefined ? undefined : Number(timeout) / 1000, weight }) }
}

/** Retries and cache hold for the whole gateway here. */
function common(walk: Walk, path: Path): void {
  for (const name of ['retry', 'cache', 'request_timeout']) {
    const key = keyOf(walk, path, name)
    if (key === undefined) continue
    const value = walk.file.take(...path, key)
    if (walk.found.has(name) && JSON.stringify(walk.found.get(name)) !== JSON.stringify(value))
      walk.file.note([...path, key], `${name} holds for the whole gateway here; the first one of the file is taken`)
    else walk.found.set(name, value)
  }
}

/** One target: the name of what it becomes, `provider/model` or a virtual model. */
function toTarget(walk: Walk, path: Path): string | undefined {
  const { file, providers } = walk
  if (keyOf(walk, path, 'targets') !== undefined) return toGroup(walk, path)
  common(walk, path)
  const account = accountOf(walk, path)
  if (account === undefined) return undefined
  const model = take(walk, [...path, keyOf(walk, path, 'override_params') ?? 'override_params'], 'model')
  if (typeof model === 'string') return `${providers.nameOf(account, { id: model })}/${model}`
  file.note(
    path,
    `has no override_params.model: clients name the model, as ${providers.nameOf(account, { id: '*' })}/MODEL, or add it to a virtual model`,
  )
  return undefined
}

const groupName = 'portkey'

function toGroup(walk: Walk, path: Path): string | undefined {
  const { file, models } = walk
  const strategy = [...path, keyOf(walk, path, 'strategy') ?? 'strategy']
  const mode = take(walk, strategy, 'mode')
  note(
    walk,
    { path: strategy, name: 'on_status_codes' },
    'what is answered by another target depends on the kind of failure (docs/resilience.md), not on lists of status codes',
  )
  common(walk, path)
  const list = [...path, keyOf(walk, path, 'targets') ?? 'targets']
  const written = valueAt(file.tree, list)
  const targets = (Array.isArray(written) ? written : []).flatMap((_target, index) => toTarget(walk, [...list, index]) ?? [])
  if (targets.length === 0) return undefined
  if (mode === 'conditional') file.note(strategy, 'conditions on requests are not known here; the targets take turns')
  const name = models.some((model) => model['name'] === groupName) || path.length > 0 ? `${groupName}-${models.length + 1}` : groupName
  const [first = '', ...rest] = targets
  models.push(
    mode === 'fallback'
      ? withoutEmpty({ name, targets: [first], fallbacks: rest })
      : { name, targets, strategy: mode === 'loadbalance' ? 'weighted' : 'round_robin' },
  )
  return name
}

function toRetry(value: unknown): Tree | undefined {
  const attempts = asTree(value)['attempts']
  if (attempts === undefined) return undefined
  return { attempts_per_target: Math.min(10, Number(attempts) + 1), max_attempts: Math.min(10, Number(attempts) + 3) }
}

function toCaching(value: unknown, file: ForeignFile): Tree {
  if (value === undefined) return { enabled: false }
  const { mode, max_age: snakeAge, maxAge = snakeAge } = asTree(value)
  if (mode === 'semantic')
    file.note(
      ['cache', 'mode'],
      'name a model for embeddings: caching.semantic.enabled and caching.semantic.model; answers are cached by equal requests until then',
    )
  return { enabled: true, ...(maxAge !== undefined && { response_cache: { ttl: Number(maxAge) } }) }
}

/** Takes a Portkey gateway config (JSON) over. @throws ImportError when it is none */
export function importPortkey(text: string, name: string): Imported {
  const file = readForeignFile(text, name)
  const walk: Walk = { file, providers: createProviderList(), models: [], found: new Map() }
  const isConfig = ['targets', 'provider', 'virtual_key', 'strategy'].some((key) => keyOf(walk, [], key) !== undefined)
  if (!isConfig) throw new ImportError(`${name}:1:1 has neither targets nor a provider, one of which a Portkey config begins with`)
  const target = toTarget(walk, [])
  const isBare = walk.models.length === 0 && target !== undefined
  const config = {
    providers: walk.providers.toConfig(),
    models: isBare ? [{ name: groupName, targets: [target] }] : walk.models,
    routing: withoutEmpty({ retry: toRetry(walk.found.get('retry')) }),
    caching: toCaching(walk.found.get('cache'), file),
  }
  return { config: withoutEmpty(config), notes: file.notes() }
}
