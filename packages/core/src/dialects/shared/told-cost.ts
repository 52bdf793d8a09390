import { type JsonObject, readNumber, readObject } from '../../wire/json.ts'

const nanoUsdPerUsd = 1e9
/** docs.x.ai, cost tracking, 2026: a tick is a ten-billionth of a dollar. */
const ticksPerNanoUsd = 10

/** A caller's own key at OpenRouter pays the vendor besides OpenRouter's fee (openrouter.ai/docs, usage accounting, 2026). */
function vendorUsd(usage: JsonObject): number {
  return usage['is_byok'] === true ? (readNumber(readObject(usage, 'cost_details') ?? {}, 'upstream_inference_cost') ?? 0) : 0
}

/**
 * What a provider says that a call cost, in billionths of a dollar: `cost` (OpenRouter), `cost.total_cost` (Perplexity), `estimated_cost`
 * (DeepInfra) or `cost_in_usd_ticks` (xAI). Not checked: who meters judges it.
 */
export function toldNanoUsd(usage: JsonObject): number | undefined {
  const ticks = readNumber(usage, 'cost_in_usd_ticks')
  if (ticks !== undefined) return Math.round(ticks / ticksPerNanoUsd)
  const cost = readObject(usage, 'cost')
  const usd = readNumber(usage, 'cost') ?? (cost && readNumber(cost, 'total_cost')) ?? readNumber(usage, 'estimated_cost')
  return usd === undefined ? undefined : Math.round((usd + vendorUsd(usage)) * nanoUsdPerUsd)
}
