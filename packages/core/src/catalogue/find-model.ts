import { fromBedrockId, lastSegment, withoutSamePriceVariant, withoutVersion } from './model-id.ts'
import type { ModelRow, VendorTable } from './model-row.ts'
import { vendorTables } from './models.table.ts'
import type { ModelPrice } from './price.ts'
import { toModelPrice, type UsdPrice } from './usd-price.ts'

/** A model at a provider, by the provider's type and the provider's own id. */
export interface ModelKey {
  /** As in `ProviderOptions.type`. */
  readonly type: string
  readonly model: string
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
  readonly table: VendorTable
}

type Index = ReadonlyMap<string, Indexed>
type Finder = (id: string, tables: Tables) => KnownModel | null

interface Tables {
  /** The rows of a vendor by id and alias, in lower case. */
  readonly of: (vendor: string) => Index
}

function indexOf(table: VendorTable, toKey: (id: string) => string): Index {
  const index = new Map<string, Indexed>()
  for (const row of table.models) {
    for (const id of [row.id, ...(row.aliases ?? [])]) index.set(toKey(id.toLowerCase()), { row, table })
  }
  return index
}

function toKnown({ row, table }: Indexed, usd: UsdPrice | undefined): KnownModel {
  return { row, price: usd === undefined ? null : toModelPrice(usd), source: table.source, updatedAt: table.updatedAt }
}

const free: UsdPrice = { input: 0, output: 0 }
/** When this file last said what is free. */
const freeSince = '2026-11-25'

/** A model that no table lists, and that costs nothing. */
function unlisted(id: string, source: string): KnownModel {
  const row: ModelRow = { id, name: id, capabilities: [] }
  return toKnown({ row, table: { source, updatedAt: freeSince, models: [] } }, free)
}

/** Exactly, then without the version: a dated row with a price of its own comes before its model. */
function lookUp(index: Index, id: string): KnownModel | null {
  const found = index.get(id) ?? index.get(withoutVersion(id))
  return found === undefined ? null : toKnown(found, found.row.usd)
}

/** In each vendor's table in turn. */
function inVendors(...vendors: readonly string[]): Finder {
  return (id, tables) => {
    for (const vendor of vendors) {
      const found = lookUp(tables.of(vendor), id)
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
const inAzure: Finder = (id, tables) => inVendors(...vendorsOf('azure_openai'))(id.replace(/^gpt-35-/, 'gpt-3.5-'), tables)

/** A region without a price of its own pays the model's, unless the model's price is known to depend on the region. */
function regionalPrice({ usd, regionalUsd }: ModelRow, region: string | undefined): UsdPrice | undefined {
  if (region === undefined || regionalUsd === undefined) return usd
  return regionalUsd.find(({ regions }) => regions.includes(region))?.usd
}

const inBedrock: Finder = (name, tables) => {
  const { id, region } = fromBedrockId(name)
  const found = tables.of('bedrock').get(id)
  return found === undefined ? null : toKnown(found, regionalPrice(found.row, region))
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
  const found = inVendors(vendor.type)(vendor.type === 'anthropic' ? own.replaceAll('.', '-') : own, tables)
  return found === null ? null : { ...found, price: found.price === null ? null : { ...found.price, batch: undefined } }
}

const inOpenRouter: Finder = (name, tables) => {
  const own = lookUp(tables.of('openrouter'), name)
  if (own !== null) return own
  const id = withoutSamePriceVariant(name)
  if (id.endsWith(':free')) {
    const paid = inOpenRouter(id.slice(0, -':free'.length), tables) ?? unlisted(id, 'openrouter.ai/models')
    return { ...paid, price: toModelPrice(free) }
  }
  return (id === name ? null : lookUp(tables.of('openrouter'), id)) ?? passOn(id, tables)
}

/** Models cost nothing on the user's own machine. Ollama's cloud models do not. */
const local: Finder = (id) => (id.endsWith('-cloud') ? null : unlisted(id, 'runs locally'))

/** How models are found at types that do not just look into a table of their own. */
const finders: ReadonlyMap<string, Finder> = new Map<string, Finder>([
  ['azure_openai', inAzure],
  ['gemini', (id, tables) => inVendors('gemini')(lastSegment(id), tables)],
  ['vertex', (id, tables) => inVendors(...vendorsOf('vertex'))(lastSegment(id), tables)],
  ['openrouter', inOpenRouter],
  ['bedrock', inBedrock],
  ['ollama', local],
  ['demo', local],
])

const noModels: VendorTable = { source: '', updatedAt: '', models: [] }

/** Tables, each indexed when it is first asked for. */
function createTables(): Tables {
  const indexes = new Map<string, Index>()
  return {
    of: (vendor) => {
      const known = indexes.get(vendor)
      if (known !== undefined) return known
      const toKey = vendor === 'bedrock' ? (id: string): string => fromBedrockId(id).id : (id: string): string => id
      const index = indexOf((Object.hasOwn(vendorTables, vendor) ? vendorTables[vendor] : undefined) ?? noModels, toKey)
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
  return ({ type, model }) => {
    if (model.length > maxIdLength) return null
    const key = `${type}\n${model}`
    const known = remembered.get(key)
    if (known !== undefined) return known
    const find = finders.get(type) ?? inVendors(type)
    const found = find(model.toLowerCase(), tables)
    const [oldest] = remembered.size < maxRemembered ? [] : remembered.keys()
    if (oldest !== undefined) remembered.delete(oldest)
    remembered.set(key, found)
    return found
  }
}

/**
 * What is publicly known of a provider's model; `null` when nothing is. Fine-tuned models (`ft:…`) and those behind an
 * `openai_compatible` provider are not known: nobody publishes their price.
 */
export const findModel: (key: ModelKey) => KnownModel | null = /* @__PURE__ */ createModelFinder()
