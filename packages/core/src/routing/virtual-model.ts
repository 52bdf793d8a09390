import type { ModelLimits } from '../call/target-limits.ts'
import type { FallbackChains } from './plan.ts'

/** A name that stands for several models. */
export interface VirtualModel extends ModelLimits {
  readonly name: string
  /** Model names; those of providers with the lowest `priority` come first, a strategy orders equals. */
  readonly targets: readonly string[]
  /** Model names to go on with when every target has failed; a list is for any failure. */
  readonly fallbacks?: readonly string[] | FallbackChains | undefined
  /** One of `strategyNames`; `undefined` is the engine's own. */
  readonly strategy?: string | undefined
  /** Regions that may answer, by the beginning of their names (`eu` is all of Europe): no other is ever asked. */
  readonly regions?: readonly string[] | undefined
}
