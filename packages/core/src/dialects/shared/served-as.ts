import type { ServedAs } from '../../chat/usage.ts'

/** What vendors call the tier that nobody asks for: OpenAI, Anthropic, Groq and Gemini, in their API references, 2026-11. */
const standardTiers: ReadonlySet<string> = new Set(['default', 'standard', 'auto', 'on_demand', 'service_tier_unspecified'])
const nowhere: ReadonlySet<string> = new Set(['global', 'not_available', 'none'])
/** Vertex tells a tier as a kind of traffic: `ON_DEMAND_FLEX`. */
const trafficPrefix = 'on_demand_'
const word = /^[a-z0-9][a-z0-9._-]{0,31}$/

function toTier(said: string | undefined): string | undefined {
  if (said === undefined || said === '') return undefined
  const lower = said.toLowerCase()
  if (standardTiers.has(lower)) return undefined
  const tier = lower.startsWith(trafficPrefix) ? lower.slice(trafficPrefix.length) : lower
  // Whatever else it is, it is not the standard tier.
  return word.test(tier) ? tier : 'other'
}

function toGeo(said: string | undefined): string | undefined {
  const geo = said?.toLowerCase()
  return geo === undefined || nowhere.has(geo) || !word.test(geo) ? undefined : geo
}

/** How a call was served, by the provider's words; `undefined` for the standard tier, kept nowhere. */
export function servedAs(tierWord: string | undefined, geoWord?: string): ServedAs | undefined {
  if (tierWord === undefined && geoWord === undefined) return undefined
  const tier = toTier(tierWord)
  const geo = toGeo(geoWord)
  return tier === undefined && geo === undefined ? undefined : { tier, geo }
}
