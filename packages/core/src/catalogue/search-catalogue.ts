import { toCapability } from './capability-words.ts'
import type { CatalogueEntry } from './catalogue-entry.ts'
import { fit, wordsOf } from './text-match.ts'

/** What a list of models may be sorted by. */
export const catalogueSortKeys = [
  'relevance',
  'name',
  'id',
  'provider',
  'input_cost',
  'output_cost',
  'context_length',
  'max_tokens',
] as const
/** What a page of the catalogue may be ordered by. */
export type CatalogueSortKey = (typeof catalogueSortKeys)[number]

/** Which models to find, in which order. */
export interface CatalogueQuery {
  /** Words that must all be found, in the id, the name, the provider, the capabilities or the description; slips are forgiven. */
  readonly q?: string | undefined
  /** The configured provider's name. */
  readonly provider?: string | undefined
  readonly supportsChat?: boolean | undefined
  readonly supportsVision?: boolean | undefined
  readonly supportsTools?: boolean | undefined
  readonly available?: boolean | undefined
  /** A model whose context is not known does not have it. */
  readonly minContext?: number | undefined
  /** Dollars per 1,000 tokens that neither input nor output may exceed. A model whose price is not known is not within it. */
  readonly maxCostUsd?: number | undefined
  readonly capability?: string | undefined
  /** `relevance` by default: best match first, without a query what is available first. */
  readonly sort?: { readonly key: CatalogueSortKey; readonly descending?: boolean | undefined } | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** Part of the models that a query found. */
export interface CataloguePage {
  readonly models: readonly CatalogueEntry[]
  /** How many there are besides `limit` and `offset`. */
  readonly total: number
}

/** Words of a query beyond these are ignored. */
const maxQueryWords = 16

function costsAtMost(entry: CatalogueEntry, maxCostUsd: number): boolean {
  const { inputCostUsd, outputCostUsd } = entry
  return inputCostUsd !== null && outputCostUsd !== null && inputCostUsd <= maxCostUsd && outputCostUsd <= maxCostUsd
}

function is(wanted: boolean | undefined, found: boolean): boolean {
  return wanted === undefined || wanted === found
}

function has(entry: CatalogueEntry, capability: string): boolean {
  return entry.capabilities.includes(capability)
}

function passes(entry: CatalogueEntry, query: CatalogueQuery): boolean {
  const { provider, capability, minContext, maxCostUsd } = query
  return (
    (provider === undefined || entry.provider === provider) &&
    is(query.supportsChat, entry.supportsChat) &&
    is(query.supportsVision, has(entry, 'vision')) &&
    is(query.supportsTools, has(entry, 'tools')) &&
    is(query.available, entry.available) &&
    (capability === undefined || has(entry, toCapability(capability))) &&
    (minContext === undefined || (entry.contextLength ?? -1) >= minContext) &&
    (maxCostUsd === undefined || costsAtMost(entry, maxCostUsd))
  )
}

/** Fits one word of the query against words of the entries. Entries share most of their words: each is compared once a search. */
interface Fitter {
  readonly best: (words: readonly string[]) => number
}

function createFitter(wanted: string): Fitter {
  const fits = new Map<string, number>()
  const fitOf = (word: string): number => {
    const known = fits.get(word)
    if (known !== undefined) return known
    const value = fit(wanted, word)
    fits.set(word, value)
    return value
  }
  return { best: (words) => words.reduce((best, word) => Math.max(best, fitOf(word)), 0) }
}

/** What is searched for. */
interface Wanted {
  /** One for each word. */
  readonly fitters: readonly Fitter[]
  /** All of it, without what stands between the words. */
  readonly whole: string
}

function toWanted(q: string): Wanted {
  const words = wordsOf(q)
  return { fitters: [...new Set(words)].slice(0, maxQueryWords).map(createFitter), whole: words.join('') }
}

/** How well an entry fits, from 0 when a word is nowhere. The id and the name count most, the description least. */
function relevance(entry: CatalogueEntry, { fitters, whole }: Wanted): number {
  const id = wordsOf(entry.id)
  const name = wordsOf(entry.name)
  const names = [...id, ...name]
  // `gpt4o` finds `gpt-4o`, and `claude3` finds `claude-3-opus`.
  const joined = [id.join(''), name.join('')]
  const around = wordsOf(`${entry.provider} ${entry.capabilities.join(' ')}`)
  const description = wordsOf(entry.description ?? '')
  let sum = 0
  for (const { best } of fitters) {
    const found = Math.max(best(names), best(joined) * 0.95, best(around) * 0.8, best(description) * 0.5)
    if (found === 0) return 0
    sum += found
  }
  const isNamed = joined.includes(whole) ? 0.5 : 0
  // Of two that hold all words, the one that holds little else: `gpt-4o` before `gpt-4o-mini-audio-preview`.
  return sum / fitters.length + isNamed + 0.2 / (1 + id.length) + (entry.available ? 0.05 : 0)
}

interface Ranked {
  readonly entry: CatalogueEntry
  readonly relevance: number
}

type Value = string | number | null | undefined

const values: Readonly<Record<CatalogueSortKey, (ranked: Ranked) => Value>> = {
  relevance: (ranked) => -ranked.relevance,
  name: ({ entry }) => entry.name.toLowerCase(),
  id: ({ entry }) => entry.id.toLowerCase(),
  provider: ({ entry }) => entry.provider.toLowerCase(),
  input_cost: ({ entry }) => entry.inputCostUsd,
  output_cost: ({ entry }) => entry.outputCostUsd,
  context_length: ({ entry }) => entry.contextLength,
  max_tokens: ({ entry }) => entry.maxOutputTokens,
}

/** What is not known comes last, whichever way. */
function compare(a: Value, b: Value, descending: boolean): number {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : 1
  if (b === undefined || b === null) return -1
  const order = a < b ? -1 : a > b ? 1 : 0
  return descending ? -order : order
}

/**
 * The entries that a query asks for, best first. Linear in the entries but for the sorting; entries that compare equal keep their order.
 *
 * @example
 * searchCatalogue(entries, { q: 'clude sonet', maxCostUsd: 0.02 }).models[0]?.name
 */
export function searchCatalogue(entries: readonly CatalogueEntry[], query: CatalogueQuery = {}): CataloguePage {
  const wanted = toWanted(query.q ?? '')
  const isSearch = wanted.fitters.length > 0
  const found = entries
    .filter((entry) => passes(entry, query))
    .map((entry): Ranked => ({ entry, relevance: isSearch ? relevance(entry, wanted) : Number(entry.available) }))
    .filter((ranked) => !isSearch || ranked.relevance > 0)
  const { key, descending = false } = query.sort ?? { key: 'relevance' }
  const read = values[key]
  const sorted = found.sort((a, b) => compare(read(a), read(b), descending))
  const offset = query.offset ?? 0
  const models = sorted.slice(offset, query.limit === undefined ? undefined : offset + query.limit).map((ranked) => ranked.entry)
  return { models, total: found.length }
}
