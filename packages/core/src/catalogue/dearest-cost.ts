import type { ModelPrice, RateCard, Rates } from './price.ts'

/** The most that a call can come to. */
export interface MostUse {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly searchUnits?: number | undefined
  /** The service tier that is asked for. */
  readonly tier?: string | undefined
}

const perMillion = 1_000_000
const thousandths = 1_000

function most(...rates: readonly (number | undefined)[]): number {
  return Math.max(0, ...rates.map((rate) => rate ?? 0))
}

/** The rates for an input of this length, as they are billed. */
function ratesFor({ rates, longContext }: RateCard, inputTokens: number): Rates {
  const long = longContext.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens)
  return long === undefined ? rates : { ...rates, ...long }
}

function cardOf(price: ModelPrice, tier: string | undefined): { readonly card: RateCard; readonly factor: number } {
  const { tiers = {}, factors = {} } = price
  // The word is the caller's.
  const card = tier !== undefined && Object.hasOwn(tiers, tier) ? tiers[tier] : undefined
  const factor = tier !== undefined && Object.hasOwn(factors, tier) ? factors[tier] : undefined
  return { card: card ?? price, factor: Math.max(thousandths, factor ?? thousandths) }
}

/**
 * An upper bound of a call's cost in whole nano-dollars: all input at the dearest way of billing text (written to a prompt cache), all output at the
 * dearer of answer and reasoning. Fees for searches of the web are not in it: nobody knows how many a model makes.
 *
 * @returns `null` when the price is not known.
 */
export function dearestCost({ inputTokens, outputTokens, searchUnits = 0, tier }: MostUse, price: ModelPrice | null): number | null {
  if (price === null) return null
  const { card, factor } = cardOf(price, tier)
  const rates = ratesFor(card, inputTokens)
  const input = most(rates.input, rates.cacheWrite, rates.cacheWriteOneHour, rates.imageInput)
  const output = most(rates.output, rates.reasoning)
  const tokens = inputTokens * (input / perMillion) + outputTokens * (output / perMillion)
  return Math.ceil((tokens * factor) / thousandths + searchUnits * (most(rates.searchUnits) / perMillion))
}
