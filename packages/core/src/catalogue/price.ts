/**
 * What tokens and search units cost, by class. Every rate is a whole number of nano-dollars (billionths of a dollar) per million, so that
 * also a price like 0.0375 dollars per million is exact. `undefined` is unknown or not sold apart, never free: free is 0.
 */
export interface Rates {
  readonly input?: number | undefined
  /** Input read from the provider's prompt cache; `undefined` is billed as `input`. */
  readonly cachedInput?: number | undefined
  /** Input written to the prompt cache, kept for minutes; `undefined` is billed as `input`. */
  readonly cacheWrite?: number | undefined
  /** Input written to the prompt cache, kept for an hour; `undefined` is unknown where `cacheWrite` is known, else billed as `input`. */
  readonly cacheWriteOneHour?: number | undefined
  readonly output?: number | undefined
  /** `undefined` is billed as `output`. */
  readonly reasoning?: number | undefined
  /** `undefined` is billed as `input`. */
  readonly audioInput?: number | undefined
  /** `undefined` is billed as `output`. */
  readonly audioOutput?: number | undefined
  /** `undefined` is billed as `input`. */
  readonly imageInput?: number | undefined
  /** `undefined` is billed as `output`. */
  readonly imageOutput?: number | undefined
  /** Searches of the web by the provider's own tool, per million of them. `undefined` is unknown, never free. */
  readonly webSearches?: number | undefined
  /** Search units of rerank, per million of them. `undefined` is not billed where the call has tokens to bill, else unknown. */
  readonly searchUnits?: number | undefined
}

/** Rates that hold for the whole call once its input is long. */
export interface LongContextRates extends Rates {
  /** They hold for inputs of more tokens than this. */
  readonly aboveInputTokens: number
}

/** The rates of one way of being served, with those for long inputs. */
export interface RateCard {
  readonly rates: Rates
  /** By `aboveInputTokens`, rising. */
  readonly longContext: readonly LongContextRates[]
}

/** The price of one model at one provider. The card itself is the standard tier's. */
export interface ModelPrice extends RateCard {
  /** The cards of other service tiers: `batch`, `flex`, `priority`, …; one that is not named is not known. */
  readonly tiers?: Readonly<Record<string, RateCard>> | undefined
  /** Factors in thousandths on every rate of tokens, by a tier or a geography that is priced so: 1100 is a tenth more. */
  readonly factors?: Readonly<Record<string, number>> | undefined
  /** Whether a call is billed one search of the web at most, however many its model made. */
  readonly billsSearchOnce?: boolean | undefined
}
