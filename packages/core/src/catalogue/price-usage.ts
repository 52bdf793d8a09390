import type { Usage } from '../chat/usage.ts'
import { costOf, type PricedUsage } from './cost-of.ts'
import type { ModelPrice } from './price.ts'

/** A model's price and where it comes from. */
export interface SourcedPrice {
  readonly price: ModelPrice | null
  /** `configuration`, or a public source with its date. */
  readonly source: string
}

export const configured = 'configuration'
const told = 'provider'

/**
 * What a call cost: at the operator's own price, else as the provider says, else at the public price. An operator's price holds however the
 * provider served the call.
 *
 * @returns `null` when it is not known.
 */
export function priceUsage(usage: Usage, { price, source }: SourcedPrice): PricedUsage | null {
  const isConfigured = source === configured
  if (!isConfigured && usage.toldNanoUsd !== undefined) return { nanoUsd: usage.toldNanoUsd, source: told }
  const cost = costOf(isConfigured && usage.served !== undefined ? { ...usage, served: undefined } : usage, price)
  return cost === null ? null : { nanoUsd: cost.nanoUsd, parts: cost.parts, rates: cost.rates, source }
}
