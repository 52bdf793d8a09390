import type { ModelInfo } from '../chat/model-info.ts'
import { supportsChat, toCapability } from './capability-words.ts'
import { findModel, type KnownModel, vendorsOf } from './find-model.ts'
import { mergedTable } from './merged-table.ts'
import { type ModelOverrides, withOverrides } from './model-overrides.ts'
import { vendorTables } from './models.table.ts'
import type { ModelPrice } from './price.ts'

/** One model of the catalogue. What is not known is `undefined`, or `null` for a price. */
export interface CatalogueEntry {
  /** The provider's own id. */
  readonly id: string
  readonly name: string
  /** The configured provider's name. */
  readonly provider: string
  readonly description?: string | undefined
  /** Tokens of input and output together, or of input where the vendor counts them apart. */
  readonly contextLength?: number | undefined
  readonly maxOutputTokens?: number | undefined
  readonly supportsChat: boolean
  /** Dollars per 1,000 tokens. */
  readonly inputCostUsd: number | null
  /** Dollars per 1,000 tokens. */
  readonly outputCostUsd: number | null
  readonly capabilities: readonly string[]
  /** Whether a request for it can be sent. */
  readonly available: boolean
  /** Where the facts come from: a vendor's page, `provider` for what it lists itself, `configuration`. */
  readonly source: string
  /** The day the facts were read, as `YYYY-MM-DD`; `undefined` when they came with the list. */
  readonly updatedAt?: string | undefined
}

/** A model as a provider lists it. */
export interface ListedForCatalogue {
  /** The configured provider's name. */
  readonly provider: string
  /** The provider's type, as in `ProviderOptions.type`. */
  readonly type: string
  readonly model: ModelInfo
  /** What the configuration says of it. */
  readonly overrides?: ModelOverrides | undefined
  /** `undefined` is `true`. */
  readonly available?: boolean | undefined
}

/** A rate is nano-dollars per million tokens. */
const ratePerUsdPerThousand = 1e12

function toUsdPerThousand(rate: number | undefined): number | null {
  return rate === undefined ? null : rate / ratePerUsdPerThousand
}

/** Cohere and Ollama list the id as the name, and so does a row that no table holds. */
function nameOf({ model, overrides }: ListedForCatalogue, known: KnownModel | null): string {
  const listed = model.name === model.id ? undefined : model.name
  const publicName = known === null || known.row.name === known.row.id ? undefined : known.row.name
  return overrides?.name ?? listed ?? publicName ?? model.id
}

function capabilitiesOf({ model, overrides }: ListedForCatalogue, known: KnownModel | null): readonly string[] {
  const words = overrides?.capabilities ?? [...(known?.row.capabilities ?? []), ...(model.capabilities ?? [])]
  const capabilities = [...new Set(words.map(toCapability))]
  return supportsChat(model.id, capabilities) && !capabilities.includes('chat') ? ['chat', ...capabilities] : capabilities
}

function sourceOf({ overrides }: ListedForCatalogue, known: KnownModel | null): Pick<CatalogueEntry, 'source' | 'updatedAt'> {
  // A configuration may set every field to `undefined`.
  if (overrides !== undefined && Object.values(overrides).some((value) => value !== undefined)) return { source: 'configuration' }
  return known === null ? { source: 'provider' } : { source: known.source, updatedAt: known.updatedAt }
}

function costsOf(price: ModelPrice | null): Pick<CatalogueEntry, 'inputCostUsd' | 'outputCostUsd'> {
  return { inputCostUsd: toUsdPerThousand(price?.rates.input), outputCostUsd: toUsdPerThousand(price?.rates.output) }
}

/**
 * What is known of a listed model: the configuration wins, then what the provider says, then what is publicly known.
 *
 * @throws ProxyApiError `invalid_config` for a configured price that cannot be one.
 */
export function toCatalogueEntry(listed: ListedForCatalogue): CatalogueEntry {
  const { provider, type, model, overrides, available = true } = listed
  const known = findModel({ type, model: model.id })
  const capabilities = capabilitiesOf(listed, known)
  return {
    id: model.id,
    name: nameOf(listed, known),
    provider,
    description: overrides?.description ?? model.description ?? known?.row.description,
    contextLength: overrides?.contextLength ?? model.contextLength ?? known?.row.contextLength,
    maxOutputTokens: overrides?.maxOutputTokens ?? model.maxOutputTokens ?? known?.row.maxOutputTokens,
    supportsChat: capabilities.includes('chat'),
    ...costsOf(withOverrides(known?.price ?? null, overrides)),
    capabilities,
    available,
    ...sourceOf(listed, known),
  }
}

/** The catalogue of what providers list. A model that is listed twice appears once. */
export function catalogueOf(listed: readonly ListedForCatalogue[]): readonly CatalogueEntry[] {
  const entries = new Map<string, CatalogueEntry>()
  for (const one of listed) {
    const key = `${one.provider}/${one.model.id}`
    if (!entries.has(key)) entries.set(key, toCatalogueEntry(one))
  }
  return [...entries.values()]
}

/** The ids that are publicly known at a type of provider: what can be shown of one that has not been, or cannot be, asked. */
export function publicModelIds(type: string): readonly string[] {
  return [...new Set(vendorsOf(type).flatMap((vendor) => mergedTable(vendor).rows.map((row) => row.id)))]
}

/** The types of provider whose models are publicly known. */
export const publicTypes: readonly string[] = Object.keys(vendorTables)
