import type { Usage } from '../chat/usage.ts'
import type { ModelPrice, RateCard, Rates } from './price.ts'
import { type TokenClasses, toTokenClasses } from './token-classes.ts'

/** What a call cost, in whole nano-dollars (billionths of a dollar). */
export interface Cost {
  readonly nanoUsd: number
  /** By class; they add up to `nanoUsd`. */
  readonly parts: TokenClasses
  /** The rate that was applied to each class, in nano-dollars per million. */
  readonly rates: Readonly<Record<keyof TokenClasses, number | undefined>>
}

/** What a call cost and how that is known. */
export interface PricedUsage {
  readonly nanoUsd: number
  /** Where the price comes from: a vendor's page with its date, `configuration`, or `provider` for what the provider said. */
  readonly source: string
  /** By class, as in `Cost`. Not there where the provider said no more than the sum. */
  readonly parts?: Readonly<Record<keyof TokenClasses, number>> | undefined
  readonly rates?: Cost['rates'] | undefined
}

const perMillion = 1_000_000
const thousandths = 1_000

/** The classes in the order of a bill. */
const costClasses = [
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteOneHour',
  'audioInput',
  'imageInput',
  'output',
  'reasoning',
  'audioOutput',
  'imageOutput',
  'searchUnits',
  'webSearches',
] as const satisfies readonly (keyof TokenClasses)[]

type EffectiveRates = Readonly<Record<keyof TokenClasses, number | undefined>>

/** The rate of each class, after the fallbacks that `Rates` states. */
function effectiveRates(rates: Rates, hasTokens: boolean): EffectiveRates {
  const { output } = rates
  // A vendor that bills by search unit may state tokens as well, or have them estimated.
  const input = rates.input ?? (rates.searchUnits === undefined ? undefined : 0)
  return {
    input,
    cachedInput: rates.cachedInput ?? input,
    cacheWrite: rates.cacheWrite ?? input,
    cacheWriteOneHour: rates.cacheWriteOneHour ?? (rates.cacheWrite === undefined ? input : undefined),
    audioInput: rates.audioInput ?? input,
    imageInput: rates.imageInput ?? input,
    output,
    reasoning: rates.reasoning ?? output,
    audioOutput: rates.audioOutput ?? output,
    imageOutput: rates.imageOutput ?? output,
    // A vendor that bills by token may state search units as well.
    searchUnits: rates.searchUnits ?? (hasTokens ? 0 : undefined),
    webSearches: rates.webSearches,
  }
}

/** The rates for an input of this length. What a tier does not name stays as it was. */
function ratesFor(card: RateCard, inputTokens: number): Rates {
  const tier = card.longContext.findLast((candidate) => inputTokens > candidate.aboveInputTokens)
  return tier === undefined ? card.rates : { ...card.rates, ...tier }
}

/** The card of a service tier, and the factor on it; `undefined` when nothing is known of the tier's price. */
function cardOf(price: ModelPrice, { tier, geo }: NonNullable<Usage['served']>): { card: RateCard; factor: number } | undefined {
  const { tiers = {}, factors = {} } = price
  const kept = geo !== undefined && Object.hasOwn(factors, geo) ? (factors[geo] ?? thousandths) : thousandths
  if (tier === undefined) return { card: price, factor: kept }
  // The words are foreign.
  const card = Object.hasOwn(tiers, tier) ? tiers[tier] : undefined
  // A search costs the same in every tier.
  if (card !== undefined) return { card: { ...card, rates: { webSearches: price.rates.webSearches, ...card.rates } }, factor: kept }
  const factor = Object.hasOwn(factors, tier) ? factors[tier] : undefined
  return factor === undefined ? undefined : { card: price, factor: Math.round((factor * kept) / thousandths) }
}

/** Rates of tokens times a factor in thousandths; fees for searches have none. */
function scaled(rates: EffectiveRates, factor: number): EffectiveRates {
  if (factor === thousandths) return rates
  const entries = costClasses.map((name) => {
    const rate = rates[name]
    const isFee = name === 'webSearches' || name === 'searchUnits'
    return [name, rate === undefined || isFee ? rate : Math.round((rate / thousandths) * factor)] as const
  })
  return Object.fromEntries(entries) as EffectiveRates // the same names
}

/** An exact sum: whole nano-dollars, and the millionths of one that are left over. */
interface Sum {
  readonly whole: number
  readonly millionths: number
}

/** Adds tokens at a rate without leaving the integers: the rate is split, so that neither product exceeds 2^53. */
function add(sum: Sum, tokens: number, rate: number): Sum {
  const millionths = sum.millionths + tokens * (rate % perMillion)
  const carried = Math.floor(millionths / perMillion)
  return { whole: sum.whole + tokens * Math.floor(rate / perMillion) + carried, millionths: millionths - carried * perMillion }
}

/** Rounds half to even, which has no bias over many calls. */
function rounded({ whole, millionths }: Sum): number {
  const half = perMillion / 2
  return millionths > half || (millionths === half && whole % 2 === 1) ? whole + 1 : whole
}

const standard: NonNullable<Usage['served']> = {}

/** What is billed, class by class. */
function billedClasses(usage: Usage, { billsSearchOnce }: ModelPrice): TokenClasses {
  const tokens = toTokenClasses(usage)
  return billsSearchOnce === true && tokens.webSearches > 1 ? { ...tokens, webSearches: 1 } : tokens
}

/**
 * The cost of a call, exact: the sum over disjoint token classes is rounded once, half to even, to a whole nano-dollar. The input's
 * whole length, cached tokens included, decides whether long-context rates hold, and they hold for all of the call. The service tier and the
 * geography are those that the provider named in the usage.
 *
 * @returns `null` when a class that has tokens or units has no known price.
 * @example
 * const price = priceOf({ type: 'openai', model: 'gpt-4o' })
 * const cost = costOf({ inputTokens: 1_000, outputTokens: 100, totalTokens: 1_100 }, price)
 * // cost?.nanoUsd === 3_500_000: 0.0035 dollars
 */
export function costOf(usage: Usage, price: ModelPrice | null): Cost | null {
  const served = price === null ? undefined : cardOf(price, usage.served ?? standard)
  if (price === null || served === undefined) return null
  const tokens = billedClasses(usage, price)
  const rates = scaled(effectiveRates(ratesFor(served.card, usage.inputTokens), tokens.input > 0), served.factor)
  const parts: { -readonly [K in keyof TokenClasses]: number } = { ...tokens }
  let sum: Sum = { whole: 0, millionths: 0 }
  let before = 0
  for (const name of costClasses) {
    const rate = rates[name]
    if (rate === undefined && tokens[name] > 0) return null
    sum = add(sum, tokens[name], rate ?? 0)
    const after = rounded(sum)
    // A part is what it adds to the rounded sum, so that the parts add up to the whole.
    parts[name] = after - before
    before = after
  }
  return { nanoUsd: before, parts, rates }
}
