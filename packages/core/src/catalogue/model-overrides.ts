import type { ModelPrice, Rates } from './price.ts'
import { rateNames, toModelPrice, type UsdPrice } from './usd-price.ts'

/** What a configuration says of a model. It wins over what is publicly known. Prices are dollars per million tokens. */
export interface ModelOverrides {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly contextLength?: number | undefined
  readonly maxOutputTokens?: number | undefined
  readonly capabilities?: readonly string[] | undefined
  readonly inputUsdPerMillion?: number | undefined
  readonly cachedInputUsdPerMillion?: number | undefined
  readonly cacheWriteUsdPerMillion?: number | undefined
  readonly cacheWriteOneHourUsdPerMillion?: number | undefined
  readonly outputUsdPerMillion?: number | undefined
  readonly reasoningUsdPerMillion?: number | undefined
  readonly audioInputUsdPerMillion?: number | undefined
  readonly audioOutputUsdPerMillion?: number | undefined
  readonly imageInputUsdPerMillion?: number | undefined
  readonly imageOutputUsdPerMillion?: number | undefined
  /** Dollars per million searches of the web by the provider's own tool. */
  readonly webSearchesUsdPerMillion?: number | undefined
  /** Dollars per million search units of rerank. */
  readonly searchUnitsUsdPerMillion?: number | undefined
}

function toUsd(overrides: ModelOverrides): UsdPrice {
  return Object.fromEntries(
    rateNames.flatMap((name) => {
      const value = overrides[`${name}UsdPerMillion`]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/**
 * A price as configured. A configured input or output price starts a new price, of which the public one only fills in the other of
 * the two: discounts and tiers of a price that does not hold are no guide. Other classes alone are set into the public price.
 *
 * @throws ProxyApiError `invalid_config` for a price that cannot be one.
 */
export function withOverrides(price: ModelPrice | null, overrides: ModelOverrides | undefined): ModelPrice | null {
  if (overrides === undefined) return price
  const { rates } = toModelPrice(toUsd(overrides))
  if (Object.keys(rates).length === 0) return price
  if (rates.input !== undefined || rates.output !== undefined) {
    // What a search costs does not follow from what tokens cost.
    const base: Rates = { input: price?.rates.input, output: price?.rates.output, webSearches: price?.rates.webSearches }
    return { rates: { ...base, ...rates }, longContext: [] }
  }
  return { ...price, rates: { ...price?.rates, ...rates }, longContext: price?.longContext ?? [] }
}
