import type { MessageAnalysis, Unit } from './analyse-message.ts'
import type { Passages } from './passages.ts'
import type { SalientItem } from './salient-items.ts'
import type { Weights } from './weights.ts'

/** A unit in its conversation. */
export interface PlacedUnit {
  readonly unit: Unit
  /** Place of its message in the history. */
  readonly message: number
  /** Places of its concepts in the profile: stems first, then items. */
  readonly terms: Int32Array
}

/** What is known of a history as a whole, whatever is asked about it. */
export interface ConversationProfile {
  readonly messages: readonly MessageAnalysis[]
  readonly units: readonly PlacedUnit[]
  /** First unit of each message; one entry more than there are messages. */
  readonly firstUnits: Int32Array
  readonly passages: Passages
  /** Place of a concept by its number. */
  readonly placeOf: ReadonlyMap<number, number>
  /** What item each concept is; `undefined` for the stems of words. */
  readonly kinds: readonly (SalientItem['kind'] | undefined)[]
  /** Units that hold the concept at each place. */
  readonly unitCounts: Int32Array
  /** What each concept is worth the first time it is told. */
  readonly weights: Float64Array
  /** Plain tokens of the messages as they were written. */
  readonly sourceTokens: number
  /** Share of the text that is tool results, data or code. */
  readonly dataShare: number
  /** Share of the text that users wrote. */
  readonly userShare: number
  readonly averageWords: number
  /** What each unit is worth before anything is asked. */
  readonly priors: Float64Array
  /** What each unit's gain is divided by: its tokens to the power of the style. */
  readonly divisors: Float64Array
  /** How much each thing counts in it. */
  readonly style: Weights
}
