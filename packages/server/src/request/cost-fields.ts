import type { Call, PricedUsage } from '@proxyapi/core'
import type { CostFields } from '../http/with-cost.ts'

const nanoPerUsd = 1_000_000_000

function toUsd(nanoUsd: number | null | undefined): number | null {
  return typeof nanoUsd === 'number' ? nanoUsd / nanoPerUsd : null
}

const promptClasses = ['input', 'cachedInput', 'cacheWrite', 'cacheWriteOneHour', 'audioInput', 'imageInput'] as const

/** The part of the cost that the prompt makes; `null` where only the sum is known, or nothing. */
function promptNanoUsd(priced: PricedUsage | undefined): number | null {
  const parts = priced?.parts
  return parts === undefined ? null : promptClasses.reduce((sum, name) => sum + parts[name], 0)
}

/**
 * What a call has cost, in dollars and in the words of other gateways (openrouter.ai/docs, usage accounting, 2026-05): the
 * whole, and the shares of prompt and completion. An answer out of a cache costs nothing; `null` where no price is known.
 */
export function costFields({ winner, annotations }: Call): CostFields {
  const isFree = winner === undefined && annotations.cache !== undefined
  const cost = isFree ? 0 : winner?.costNanoUsd
  const prompt = isFree ? 0 : promptNanoUsd(winner?.priced)
  return {
    cost: toUsd(cost),
    cost_details: {
      upstream_inference_cost: toUsd(cost),
      upstream_inference_prompt_cost: toUsd(prompt),
      upstream_inference_completions_cost: toUsd(typeof cost === 'number' && prompt !== null ? cost - prompt : null),
    },
  }
}
