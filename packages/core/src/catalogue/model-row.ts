import type { UsdPrice } from './usd-price.ts'

/** What a model can do, in the catalogue's words. */
export type ModelCapability =
  | 'chat'
  | 'completion'
  | 'vision'
  | 'tools'
  | 'json_mode'
  | 'json_schema'
  | 'reasoning'
  | 'audio'
  | 'image_output'
  | 'embeddings'
  | 'rerank'
  | 'moderation'
  | 'prompt_caching'

/** What is publicly known of a model at one vendor. What is not known is left out. */
export interface ModelRow {
  /** The vendor's own id, without a date where the vendor has such an alias. */
  readonly id: string
  /** Other ids of the same model at the same price. Dated ids need none: see `find-row.ts`. */
  readonly aliases?: readonly string[] | undefined
  readonly name: string
  readonly description?: string | undefined
  readonly contextLength?: number | undefined
  readonly maxOutputTokens?: number | undefined
  readonly capabilities: readonly ModelCapability[]
  readonly usd?: UsdPrice | undefined
  /**
   * The prices where inference is kept somewhere: by a geography, as the ids of Bedrock's inference profiles and Azure's data zones begin (`us`,
   * `eu`, …), or by a region (`eu-west-1`).
   */
  readonly regionalUsd?: readonly RegionalPrice[] | undefined
}

export interface RegionalPrice {
  readonly regions: readonly string[]
  readonly usd: UsdPrice
}

/** What one vendor sells. */
export interface VendorTable {
  /** Where the facts come from. */
  readonly source: string
  /** The day they were read, as `YYYY-MM-DD`. */
  readonly updatedAt: string
  readonly models: readonly ModelRow[]
}
