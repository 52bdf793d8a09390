import type { ConfigIssue } from '../errors/config-issue.ts'
import type { GatewayConfig } from './config-schema.ts'

type Path = readonly (string | number)[]
type Fallbacks = GatewayConfig['routing']['fallbacks'][string]

/** A model's name as the configuration writes it, and the place where it stands. */
interface WrittenName {
  readonly name: string
  readonly path: Path
  /** The model that leads there. */
  readonly from: string
}

/** Every model name of a list or a mapping of lists. */
function namesIn(from: string, names: Fallbacks | undefined, path: Path): readonly WrittenName[] {
  if (names === undefined) return []
  if (Array.isArray(names)) return names.map((name, index) => ({ name, from, path: [...path, index] }))
  return Object.entries(names).flatMap(([kind, list]) => namesIn(from, list, [...path, kind]))
}

function writtenNames({ models, routing }: GatewayConfig): readonly WrittenName[] {
  return [
    ...models.flatMap(({ name, targets, fallbacks }, index) => [
      ...namesIn(name, targets, ['models', index, 'targets']),
      ...namesIn(name, fallbacks, ['models', index, 'fallbacks']),
    ]),
    ...Object.entries(routing.fallbacks).flatMap(([model, fallbacks]) => namesIn(model, fallbacks, ['routing', 'fallbacks', model])),
  ]
}

/** The ids that a provider lists; `undefined` where it takes any, or is asked for its list. The demo provider is always there, and knows its own. */
function listedModels({ models }: GatewayConfig['providers'][number]): readonly string[] | undefined {
  const ids = models?.map((model) => (typeof model === 'string' ? model : model.id))
  return ids === undefined || ids.includes('*') ? undefined : ids
}

function shorten(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')}, …` : names.join(', ')
}

/** What is wrong with a name that leads nowhere; `undefined` where it leads somewhere, or where only a provider could tell. */
function unknownName(name: string, config: GatewayConfig): Pick<ConfigIssue, 'message' | 'allowed'> | undefined {
  const virtual = config.models.map((model) => model.name)
  if (virtual.includes(name) || name.startsWith('auto:')) return undefined
  const providers = [...config.providers, { name: 'demo', models: undefined } as GatewayConfig['providers'][number]] // its list is its own
  const provider = providers.find((candidate) => name.startsWith(`${candidate.name}/`))
  if (provider !== undefined) {
    const listed = listedModels(provider)
    if (listed === undefined || listed.includes(name.slice(provider.name.length + 1))) return undefined
    return {
      message: `names a model that "${provider.name}" does not list`,
      allowed: shorten(listed.map((id) => `${provider.name}/${id}`)),
    }
  }
  const lists = config.providers.map(listedModels)
  if (!name.includes('/')) {
    // A bare id: some provider may have it that is asked only later.
    if (lists.length === 0 || lists.some((listed) => listed === undefined || listed.includes(name))) return undefined
    return { message: 'names no model', allowed: shorten([...virtual, ...lists.flatMap((listed) => listed ?? [])]) }
  }
  if (lists.some((listed) => listed?.includes(name))) return undefined
  return { message: 'names no configured provider', allowed: providers.map((candidate) => `${candidate.name}/…`).join(', ') }
}

function unknownTargets(config: GatewayConfig, written: readonly WrittenName[]): readonly ConfigIssue[] {
  return written.flatMap(({ name, path }) => {
    const wrong = unknownName(name, config)
    return wrong === undefined ? [] : [{ path, found: JSON.stringify(name.slice(0, 128)), ...wrong }]
  })
}

/** The way from one name back to another, by targets and fallbacks; `undefined` when there is none. */
function wayBack(from: string, to: string, written: readonly WrittenName[]): readonly string[] | undefined {
  const seen = new Set<string>()
  const walk = (name: string, way: readonly string[]): readonly string[] | undefined => {
    if (name === to) return [...way, name]
    if (seen.has(name)) return undefined
    seen.add(name)
    for (const next of written) {
      const found = next.from === name ? walk(next.name, [...way, name]) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  return walk(from, [])
}

/** Names that lead back to where they are written: each circle is told once, where it closes. */
function cycles(written: readonly WrittenName[]): readonly ConfigIssue[] {
  const told = new Set<string>()
  return written.flatMap(({ name, path, from }) => {
    const way = wayBack(name, from, written)
    const members = way === undefined ? '' : [...new Set(way)].sort().join(' ')
    if (way === undefined || told.has(members)) return []
    told.add(members)
    return [{ path, message: 'leads in a circle', found: [from, ...way].join(' → '), allowed: 'names that do not lead back' }]
  })
}

/** Targets and fallbacks that lead nowhere, or in a circle. */
export function checkTargets(config: GatewayConfig): readonly ConfigIssue[] {
  const written = writtenNames(config)
  return [...unknownTargets(config, written), ...cycles(written)]
}
