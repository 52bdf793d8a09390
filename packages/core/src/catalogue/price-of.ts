import { findModel, type ModelKey } from './find-model.ts'
import { type ModelOverrides, withOverrides } from './model-overrides.ts'
import type { ModelPrice } from './price.ts'

/** A model whose price is asked for. */
export interface PricedModel extends ModelKey {
  /** What the configuration says of this model. */
  readonly overrides?: ModelOverrides | undefined
}

/**
 * The price of a provider's model, by the provider's type and its own id: exact or dated, `us.anthropic.…-v1:0` at Bedrock,
 * `vendor/model` at OpenRouter.
 *
 * @returns `null` when it is not known, which is not the same as free.
 * @throws ProxyApiError `invalid_config` for a configured price that cannot be one.
 * @example
 * priceOf({ type: 'openai', model: 'gpt-4o-2024-08-06' })?.rates.input // 2_500_000_000: 2.50 dollars per million tokens
 */
export function priceOf({ type, model, region, overrides }: PricedModel): ModelPrice | null {
  return withOverrides(findModel({ type, model, region })?.price ?? null, overrides)
}
