import type { Call, Engine, Usage } from '@proxyapi/core'
import type { CostFields } from '../http/with-cost.ts'

const nanoPerUsd = 1_000_000_000

function toUsd(nanoUsd: number | null | undefined): number | null {
  return typeof nanoUsd === 'number' ? nanoUsd / nanoPerUsd : null
}

/** The part of the cost that the prompt makes; `null` without a price. */
function promptNanoUsd({ winner }: Call, usage: Usage, { providers, catalog }: Engine): number | null {
  const provider = providers.find(({ name }) => name === winner?.provider)
  if (winner === undefined || provider === undefined) return null
  return catalog.costNanoUsd({ provider, model: winner.model }, { ...usage, outputTokens: 0, reasoningTokens: 0, audioOutputTokens: 0 })
}

/**
 * What a call has cost, in dollars and in the words of other gateways (openrouter.ai/docs, usage accounting, 2026-05): the
 * whole, and the shares of prompt and completion. An answer out of a cache costs nothing; `null` where no price is known.
 */
export function costFields(call: Call, engine: Engine): CostFields {
  const { winner, annotations } = call
  const isFree = winner === undefined && annotations.cache !== undefined
  const cost = isFree ? 0 : winner?.costNanoUsd
  const prompt = winner?.usage === undefined ? (isFree ? 0 : null) : promptNanoUsd(call, winner.usage, engine)
  return {
    cost: toUsd(cost),
    cost_details: {
      upstream_inference_cost: toUsd(cost),
      upstream_inference_prompt_cost: toUsd(prompt),
      upstream_inference_completions_cost: toUsd(typeof cost === 'number' && prompt !== null ? cost - prompt : null),
    },
  }
}
