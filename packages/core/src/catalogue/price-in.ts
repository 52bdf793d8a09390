import type { ModelRow } from './model-row.ts'
import type { ModelPrice, RateCard, Rates } from './price.ts'
import { rateNames, toModelPrice } from './usd-price.ts'

const thousandths = 1_000

/** Searches have one price everywhere. */
function scaledRates<R extends Rates>(rates: R, factor: number): R {
  const scaled = { ...rates }
  for (const name of rateNames) {
    const rate = rates[name]
    if (rate !== undefined && name !== 'webSearches') Object.assign(scaled, { [name]: Math.round((rate / thousandths) * factor) })
  }
  return scaled
}

function scaledCard({ rates, longContext }: RateCard, factor: number): RateCard {
  return { rates: scaledRates(rates, factor), longContext: longContext.map((tier) => scaledRates(tier, factor)) }
}

/** A price times a factor in thousandths. */
function scaledPrice({ tiers, ...price }: ModelPrice, factor: number): ModelPrice {
  const known = Object.entries(tiers ?? {}).map(([tier, card]) => [tier, scaledCard(card, factor)] as const)
  return { ...price, ...scaledCard(price, factor), ...(tiers !== undefined && { tiers: Object.fromEntries(known) }) }
}

/** The factors that are none of a place that has been counted in. */
function withoutFactor(price: ModelPrice, place: string): ModelPrice {
  const { [place]: _, ...factors } = price.factors ?? {}
  return { ...price, factors }
}

/** Bedrock's inference profiles and Azure's data zones are geographies (`us`, `us-gov`), as opposed to regions (`us-east-1`) and to everywhere. */
function isGeography(place: string): boolean {
  return place !== 'global' && !/\d/.test(place)
}

/**
 * The price of a model where inference is kept somewhere. A place without a price of its own pays the model's, unless the model's price is known to
 * depend on the geography: then `null`, for which one it has is not known.
 */
export function priceIn(place: string | undefined, { usd, regionalUsd = [] }: ModelRow): ModelPrice | null {
  if (usd === undefined) return null
  const price = toModelPrice(usd)
  if (place === undefined) return price
  const own = regionalUsd.find(({ regions }) => regions.includes(place))
  if (own !== undefined) return toModelPrice(own.usd)
  const { factors = {} } = price
  // The word may come from an id.
  const factor = Object.hasOwn(factors, place) ? factors[place] : undefined
  if (factor !== undefined) return withoutFactor(scaledPrice(price, factor), place)
  const others = [...regionalUsd.flatMap(({ regions }) => regions), ...Object.keys(factors)]
  return isGeography(place) && others.some((other) => other !== 'fast' && isGeography(other)) ? null : price
}
