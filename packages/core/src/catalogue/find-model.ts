import { type MergedTable, mergedTable, toRowKey } from './merged-table.ts'
import { arnRegion, fromBedrockId, lastSegment, withoutVariant, withoutVersion } from './model-id.ts'
import type { ModelRow } from './model-row.ts'
import type { ModelPrice } from './price.ts'
import { priceIn } from './price-in.ts'
import { toModelPrice, type UsdPrice } from './usd-price.ts'

/** A model at a provider, by the provider's type and the provider's own id. */
export interface ModelKey {
  /** As in `ProviderOptions.type`. */
  readonly type: string
  readonly model: string
  /** Where inference is kept, as far as its price may depend on it: `us`, `eu`, `eu-west-1`, …; `undefined` when it is kept nowhere. */
  readonly region?: string | undefined
}

/** What the tables know of a model. */
export interface KnownModel {
  readonly row: ModelRow
  /** `null` when the vendor's price is not known. */
  readonly price: ModelPrice | null
  readonly source: string
  /** The day the facts were read, as `YYYY-MM-DD`. */
  readonly updatedAt: string
}

interface Indexed {
  readonly row: ModelRow
  readonly table: Pick<MergedTable, 'source' | 'updatedAt'>
}

type Index = ReadonlyMap<string, Indexed>
/** Finds an id, served in a place; `undefined` is kept nowhere. */
type Finder = (id: string, tables: Tables, region: string | undefined) => KnownModel | null

interface Tables {
  /** The rows of a vendor by id and alias, in lower case. */
  readonly of: (vendor: string) => Index
}

function indexOf(vendor: string): Index {
  const table = mergedTable(vendor)
  const index = new Map<string, Indexed>()
  for (const row of table.rows) for (const id of [row.id, ...(row.aliases ?? [])]) index.set(toRowKey(vendor, id), { row, table })
  return index
}

function toKnown({ row, table }: Indexed, price: ModelPrice | null): KnownModel {
  return { row, price, source: table.source, updatedAt: table.updatedAt }
}

const free: UsdPrice = { input: 0, output: 0 }
/** When this file last said what is free. */
const freeSince = '2026-11-25'

/** A model that no table lists, and that costs nothing. */
function unlisted(id: string, source: string): KnownModel {
  const row: ModelRow = { id, name: id, capabilities: [] }
  return toKnown({ row, table: { source, updatedAt: freeSince } }, toModelPrice(free))
}

/** Exactly, then without the version: a dated row with a price of its own comes before its model. */
function lookUp(index: Index, id: string, region: string | undefined): KnownModel | null {
  const found = index.get(id) ?? index.get(withoutVersion(id))
  return found === undefined ? null : toKnown(found, priceIn(region, found.row))
}

/** In each vendor's table in turn. */
function inVendors(...vendors: readonly string[]): Finder {
  return (id, tables, region) => {
    for (const vendor of vendors) {
      const found = lookUp(tables.of(vendor), id, region)
      if (found !== null) return found
    }
    return null
  }
}

/** The vendors whose tables hold a type's models, for types that resell; their own prices come first. */
const resold: Readonly<Record<string, readonly string[]>> = {
  azure_openai: ['azure_openai', 'openai'],
  vertex: ['vertex', 'gemini', 'anthropic'],
}

/** The tables that hold a type's models. */
export function vendorsOf(type: string): readonly string[] {
  return (Object.hasOwn(resold, type) ? resold[type] : undefined) ?? [type]
}

/** Azure writes `gpt-35` for `gpt-3.5`. */
const inAzure: Finder = (id, ...where) => inVendors(...vendorsOf('azure_openai'))(id.replace(/^gpt-35-/, 'gpt-3.5-'), ...where)

/** `ft:gpt-4o-2024-08-06:acme::abc` is priced as `ft:gpt-4o-2024-08-06`, which is not the price of `gpt-4o-2024-08-06`. */
const inOpenAi: Finder = (id, tables, region) => {
  if (!id.startsWith('ft:')) return lookUp(tables.of('openai'), id, region)
  const [, base = ''] = id.split(':')
  return lookUp(tables.of('openai'), `ft:${base}`, region)
}

/** The profile of a call, or the region that its ARN or its provider names. */
const inBedrock: Finder = (name, tables, region) => {
  const { id, region: geography } = fromBedrockId(name)
  const found = tables.of('bedrock').get(id)
  return found === undefined ? null : toKnown(found, priceIn(geography ?? arnRegion(name) ?? region, found.row))
}

/** Vendors whose list prices OpenRouter passes on (openrouter.ai/docs/faq, 2026). Open models are hosted by many, at prices of their own. */
const passedOn: readonly { readonly prefix: string; readonly type: string; readonly strip: string }[] = [
  { prefix: 'openai/', type: 'openai', strip: 'openai/' },
  { prefix: 'anthropic/', type: 'anthropic', strip: 'anthropic/' },
  { prefix: 'google/gemini-', type: 'gemini', strip: 'google/' },
  { prefix: 'x-ai/', type: 'grok', strip: 'x-ai/' },
  { prefix: 'cohere/', type: 'cohere', strip: 'cohere/' },
]

/** A vendor's model through OpenRouter: at the vendor's price, but never in a batch. Anthropic writes `-` where OpenRouter has a dot. */
function passOn(id: string, tables: Tables): KnownModel | null {
  const vendor = passedOn.find(({ prefix }) => id.startsWith(prefix))
  if (vendor === undefined) return null
  const own = id.slice(vendor.strip.length)
  const found = inVendors(vendor.type)(vendor.type === 'anthropic' ? own.replaceAll('.', '-') : own, tables, undefined)
  if (found?.price == null) return found
  const { batch: _, ...tiers } = found.price.tiers ?? {}
  return { ...found, price: { ...found.price, tiers } }
}

/** What OpenRouter's list leaves open of a model, its vendor's table may tell. */
function withVendorFacts(own: KnownModel, vendor: KnownModel | null): KnownModel {
  if (vendor === null || own.row.capabilities.length > 0) return own
  const { name, description, capabilities, maxOutputTokens, contextLength } = vendor.row
  const told = Object.fromEntries(Object.entries(own.row).filter(([, value]) => value !== undefined))
  return { ...own, row: { ...own.row, description, maxOutputTokens, contextLength, ...told, name, capabilities } }
}

const inOpenRouter: Finder = (name, tables) => {
  const own = lookUp(tables.of('openrouter'), name, undefined)
  if (own !== null) return withVendorFacts(own, passOn(withoutVariant(name), tables))
  const id = withoutVariant(name)
  if (id.endsWith(':free')) {
    const paid = inOpenRouter(id.slice(0, -':free'.length), tables, undefined) ?? unlisted(id, 'openrouter.ai/models')
    return { ...paid, price: toModelPrice(free) }
  }
  return (id === name ? null : lookUp(tables.of('openrouter'), id, undefined)) ?? passOn(id, tables)
}

/** Models cost nothing on the user's own machine. Ollama's cloud models do not. */
const local: Finder = (id) => (id.endsWith('-cloud') ? null : unlisted(id, 'runs locally'))

/** How models are found at types that do not just look into a table of their own. */
const finders: ReadonlyMap<string, Finder> = new Map<string, Finder>([
  ['openai', inOpenAi],
  ['azure_openai', inAzure],
  ['gemini', (id, ...where) => inVendors('gemini')(lastSegment(id), ...where)],
  ['vertex', (id, ...where) => inVendors(...vendorsOf('vertex'))(lastSegment(id), ...where)],
  ['openrouter', inOpenRouter],
  ['bedrock', inBedrock],
  ['ollama', local],
  ['demo', local],
])

/** Tables, each indexed when it is first asked for. */
function createTables(): Tables {
  const indexes = new Map<string, Index>()
  return {
    of: (vendor) => {
      const known = indexes.get(vendor)
      if (known !== undefined) return known
      const index = indexOf(vendor)
      indexes.set(vendor, index)
      return index
    },
  }
}

/** Ids are remembered up to this number; then the oldest is forgotten. */
const maxRemembered = 2_000
/** No vendor's id is longer; longer ids are not cached. */
const maxIdLength = 256

/** Finds models in the tables, and remembers what it has found: an unknown id as well. */
export function createModelFinder(): (key: ModelKey) => KnownModel | null {
  const tables = createTables()
  const remembered = new Map<string, KnownModel | null>()
  return ({ type, model, region }) => {
    if (model.length > maxIdLength) return null
    const key = `${type}\n${model}\n${region ?? ''}`
    const known = remembered.get(key)
    if (known !== undefined) return known
    const find = finders.get(type) ?? inVendors(type)
    const found = find(model.toLowerCase(), tables, region)
    const [oldest] = remembered.size < maxRemembered ? [] : remembered.keys()
    if (oldest !== undefined) remembered.delete(oldest)
    remembered.set(key, found)
    return found
  }
}

/**
 * What is publicly known of a provider's model; `null` when nothing is. Those behind an `openai_compatible` provider are not known: nobody
 * publishes their price.
 */
export const findModel: (key: ModelKey) => KnownModel | null = /* @__PURE__ */ createModelFinder()
