import type { Usage } from '../chat/usage.ts'
import type { ModelPrice, RateCard, Rates } from './price.ts'
import { type TokenClasses, toTokenClasses } from './token-classes.ts'

/** What a call cost, in whole nano-dollars (billionths of a dollar). */
export interface Cost {
  readonly nanoUsd: number
  /** By class; they add up to `nanoUsd`. */
  readonly parts: TokenClasses
}

/** How a call was made, as far as its price depends on it. */
export interface CostOptions {
  /** Whether the call went through the provider's batch interface. */
  readonly batch?: boolean | undefined
}

const perMillion = 1_000_000
const classes = [
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteOneHour',
  'audioInput',
  'output',
  'reasoning',
  'audioOutput',
  'searchUnits',
] as const satisfies readonly (keyof TokenClasses)[]

/** The rate of each class, after the fallbacks that `Rates` states. */
function effectiveRates(rates: Rates, hasTokens: boolean): Readonly<Record<keyof TokenClasses, number | undefined>> {
  const { input, output } = rates
  return {
    input,
    cachedInput: rates.cachedInput ?? input,
    cacheWrite: rates.cacheWrite ?? input,
    cacheWriteOneHour: rates.cacheWriteOneHour ?? (rates.cacheWrite === undefined ? input : undefined),
    audioInput: rates.audioInput ?? input,
    output,
    reasoning: rates.reasoning ?? output,
    audioOutput: rates.audioOutput ?? output,
    // A vendor that bills by token may state search units as well.
    searchUnits: rates.searchUnits ?? (hasTokens ? 0 : undefined),
  }
}

/** The rates for an input of this length. What a tier does not name stays as it was. */
function ratesFor(card: RateCard, inputTokens: number): Rates {
  const tier = card.longContext.findLast((candidate) => inputTokens > candidate.aboveInputTokens)
  return tier === undefined ? card.rates : { ...card.rates, ...tier }
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

/**
 * The cost of a call, exact: the sum over disjoint token classes is rounded once, half to even, to a whole nano-dollar. The input's
 * whole length, cached tokens included, decides whether long-context rates hold, and they hold for all of the call.
 *
 * @returns `null` when a class that has tokens or units has no known price.
 * @example
 * const price = priceOf({ type: 'openai', model: 'gpt-4o' })
 * const cost = costOf({ inputTokens: 1_000, outputTokens: 100, totalTokens: 1_100 }, price)
 * // cost?.nanoUsd === 3_500_000: 0.0035 dollars
 */
export function costOf(usage: Usage, price: ModelPrice | null, { batch = false }: CostOptions = {}): Cost | null {
  const card = batch ? price?.batch : price
  if (card === undefined || card === null) return null
  const tokens = toTokenClasses(usage)
  const rates = effectiveRates(ratesFor(card, usage.inputTokens), tokens.input > 0)
  const parts: { -readonly [K in keyof TokenClasses]: number } = { ...tokens }
  let sum: Sum = { whole: 0, millionths: 0 }
  let before = 0
  for (const name of classes) {
    const rate = rates[name]
    if (rate === undefined && tokens[name] > 0) return null
    sum = add(sum, tokens[name], rate ?? 0)
    const after = rounded(sum)
    // A part is what it adds to the rounded sum, so that the parts add up to the whole.
    parts[name] = after - before
    before = after
  }
  return { nanoUsd: before, parts }
}
