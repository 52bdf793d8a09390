import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { LongContextRates, ModelPrice, RateCard, Rates } from './price.ts'

/** Rates as vendors publish them: dollars per million tokens, or per million search units (vendors write them per thousand). */
export type UsdRates = Rates

/** A price as vendors publish it: dollars per million tokens. */
export interface UsdPrice extends UsdCard {
  /** By service tier: `batch`, `flex`, `priority`, … */
  readonly tiers?: Readonly<Record<string, UsdCard>> | undefined
  /** Factors on every rate of tokens, by a tier or a geography that is priced so. */
  readonly factors?: Readonly<Record<string, number>> | undefined
  readonly billsSearchOnce?: boolean | undefined
}

export interface UsdCard extends UsdRates {
  /** In the order of `aboveInputTokens`. */
  readonly longContext?: readonly LongContextRates[] | undefined
}

const nanoUsdPerUsd = 1e9
/** Up to here, and up to the counts of `token-classes.ts`, every product stays a safe integer. Six times the highest price of any model so far. */
const maxUsdPerMillion = 4_000
/** A search is dearer than a token, and there are fewer of them: 1 dollar each. */
const maxSearchUsdPerMillion = 1_000_000
const thousandths = 1_000

export const rateNames = [
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteOneHour',
  'output',
  'reasoning',
  'audioInput',
  'audioOutput',
  'imageInput',
  'imageOutput',
  'searchUnits',
  'webSearches',
] as const satisfies readonly (keyof Rates)[]

/**
 * Dollars per million tokens as a whole number of nano-dollars per million.
 *
 * @throws ProxyApiError `invalid_config` for what cannot be a price.
 */
function toRate(usdPerMillion: number, name = 'price'): number {
  const max = name === 'webSearches' ? maxSearchUsdPerMillion : maxUsdPerMillion
  if (usdPerMillion >= 0 && usdPerMillion <= max) return Math.round(usdPerMillion * nanoUsdPerUsd)
  throw new ProxyApiError({
    code: 'invalid_config',
    message: `${name} is ${usdPerMillion}; allowed: dollars per million tokens from 0 to ${max}.`,
    param: name,
  })
}

function toRates(usd: UsdRates): Rates {
  const known = rateNames.flatMap((name) => {
    const value = usd[name]
    return value === undefined ? [] : [[name, toRate(value, name)] as const]
  })
  return Object.fromEntries(known)
}

function toCard(usd: UsdCard): RateCard {
  const longContext = (usd.longContext ?? []).map((tier) => ({ ...toRates(tier), aboveInputTokens: tier.aboveInputTokens }))
  return { rates: toRates(usd), longContext }
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Result,
): Readonly<Record<string, Result>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}

/** A published price in integers. */
export function toModelPrice({ tiers, factors, billsSearchOnce, ...card }: UsdPrice): ModelPrice {
  return {
    ...toCard(card),
    ...(tiers !== undefined && { tiers: mapValues(tiers, toCard) }),
    ...(factors !== undefined && { factors: mapValues(factors, (factor) => Math.round(factor * thousandths)) }),
    ...(billsSearchOnce === true && { billsSearchOnce }),
  }
}
