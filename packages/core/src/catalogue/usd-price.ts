import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { LongContextRates, ModelPrice, RateCard, Rates } from './price.ts'

/** Rates as vendors publish them: dollars per million tokens, or per million search units (vendors write them per thousand). */
export type UsdRates = Rates

/** A price as vendors publish it: dollars per million tokens. */
export interface UsdPrice extends UsdRates {
  /** In the order of `aboveInputTokens`. */
  readonly longContext?: readonly LongContextRates[] | undefined
  readonly batch?: UsdCard | undefined
}

export interface UsdCard extends UsdRates {
  readonly longContext?: readonly LongContextRates[] | undefined
}

const nanoUsdPerUsd = 1e9
/** Up to here, and up to `maxTokens` of `cost-of.ts`, every product stays a safe integer. Six times the highest price of any model so far. */
const maxUsdPerMillion = 4_000

export const rateNames = [
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteOneHour',
  'output',
  'reasoning',
  'audioInput',
  'audioOutput',
  'searchUnits',
] as const satisfies readonly (keyof Rates)[]

/**
 * Dollars per million tokens as a whole number of nano-dollars per million.
 *
 * @throws ProxyApiError `invalid_config` for what cannot be a price.
 */
function toRate(usdPerMillion: number, name = 'price'): number {
  if (usdPerMillion >= 0 && usdPerMillion <= maxUsdPerMillion) return Math.round(usdPerMillion * nanoUsdPerUsd)
  throw new ProxyApiError({
    code: 'invalid_config',
    message: `${name} is ${usdPerMillion}; allowed: dollars per million tokens from 0 to ${maxUsdPerMillion}.`,
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

/** A published price in integers. */
export function toModelPrice(usd: UsdPrice): ModelPrice {
  return { ...toCard(usd), ...(usd.batch !== undefined && { batch: toCard(usd.batch) }) }
}
