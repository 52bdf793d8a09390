// An entry of LiteLLM's list as cards of rates in dollars per million: the standard one, those of other service tiers, and factors.

const classes = {
  input_cost_per_token: 'input',
  cache_read_input_token_cost: 'cachedInput',
  cache_creation_input_token_cost: 'cacheWrite',
  cache_creation_input_token_cost_above_1hr: 'cacheWriteOneHour',
  output_cost_per_token: 'output',
  output_cost_per_reasoning_token: 'reasoning',
  input_cost_per_audio_token: 'audioInput',
  output_cost_per_audio_token: 'audioOutput',
  input_cost_per_image_token: 'imageInput',
  output_cost_per_image_token: 'imageOutput',
}
const tierNames = { batches: 'batch', flex: 'flex', priority: 'priority', balanced: 'balanced', ultrafast: 'ultrafast' }
const field = new RegExp(`^(${Object.keys(classes).join('|')})(?:_above_(\\d+)k_tokens)?(?:_(${Object.keys(tierNames).join('|')}))?$`)
/** What a class is billed as where it has no rate of its own. */
const fallbacks = {
  cachedInput: 'input',
  reasoning: 'output',
  audioInput: 'input',
  audioOutput: 'output',
  imageInput: 'input',
  imageOutput: 'output',
}

/** Dollars per million without the noise of a binary fraction. */
function perMillion(usd) {
  return Number((usd * 1e6).toPrecision(10))
}

function withoutRepeats(rates) {
  return Object.fromEntries(Object.entries(rates).filter(([name, rate]) => rate !== rates[fallbacks[name]]))
}

function cardAt(cards, tier) {
  cards[tier] ??= { rates: {}, long: {} }
  return cards[tier]
}

function ratesAt(card, above) {
  if (above === undefined) return card.rates
  const tokens = Number(above) * 1_000
  card.long[tokens] ??= {}
  return card.long[tokens]
}

function cardsOf(entry) {
  const cards = {}
  for (const [key, value] of Object.entries(entry)) {
    const [, name, above, tier] = field.exec(key) ?? []
    // A write to a cache that nobody charges for is input like any other.
    if (name === undefined || typeof value !== 'number' || (value === 0 && name.startsWith('cache_creation'))) continue
    const card = cardAt(cards, tier === undefined ? '' : tierNames[tier])
    ratesAt(card, above)[classes[name]] = perMillion(value)
  }
  return cards
}

/** A class that the base tells apart and a longer input does not keeps its distance from the input's rate. */
function toLong({ rates, long }) {
  return Object.entries(long)
    .map(([above, given]) => {
      const missing = Object.keys(rates).filter((name) => given[name] === undefined)
      const grown = (name) => {
        const side = name === 'output' || fallbacks[name] === 'output' ? 'output' : 'input'
        return Number(((rates[name] * (given[side] ?? rates[side])) / rates[side]).toPrecision(10))
      }
      return { above: Number(above), ...withoutRepeats({ ...Object.fromEntries(missing.map((name) => [name, grown(name)])), ...given }) }
    })
    .filter(({ above: _, ...grown }) => Object.entries(grown).some(([name, rate]) => rate !== rates[name]))
    .sort((a, b) => a.above - b.above)
}

function toCard(card) {
  return { ...withoutRepeats(card.rates), long: toLong(card) }
}

/** Discounts of a tier and the price of an hour in the cache multiply (platform.claude.com/docs, pricing, 2026-11). */
function toTier(tier, base) {
  const { cacheWriteOneHour, input } = base.rates
  const isLeftOut = cacheWriteOneHour !== undefined && tier.rates.cacheWriteOneHour === undefined && tier.rates.input !== undefined
  if (!isLeftOut) return toCard(tier)
  const hour = Number(((cacheWriteOneHour * tier.rates.input) / input).toPrecision(10))
  return toCard({ ...tier, rates: { ...tier.rates, cacheWriteOneHour: hour } })
}

function searchRate({ search_context_cost_per_query: fee }) {
  const usd = fee?.search_context_size_medium
  return usd === undefined || usd === 0 ? undefined : perMillion(usd)
}

const factorFields = {
  regional_processing_uplift_multiplier_eu: 'eu',
  regional_processing_uplift_multiplier_us: 'us',
  regional_endpoint_uplift_multiplier: 'regional',
}

function factorsOf(entry) {
  const named = Object.entries(factorFields).flatMap(([key, word]) => (entry[key] === undefined ? [] : [[word, entry[key]]]))
  const own = Object.entries(entry.provider_specific_entry ?? {}).filter(([word]) => word === 'us' || word === 'fast')
  return Object.fromEntries([...named, ...own])
}

/** `undefined` for what is not priced by tokens or search units. */
export function toPrice(entry, vendor) {
  const { '': base, ...others } = cardsOf(entry)
  const units = entry.input_cost_per_query
  if (base === undefined && units === undefined) return undefined
  const card = toCard(base ?? { rates: { input: 0 }, long: {} })
  const output = card.output ?? (entry.mode === 'embedding' || entry.mode === 'rerank' || entry.mode === 'moderation' ? 0 : undefined)
  const searches = searchRate(entry)
  const once = searches !== undefined && (vendor === 'gemini' || vendor === 'vertex') && entry.web_search_billing_unit !== 'per_query'
  return {
    card: {
      ...card,
      ...(output !== undefined && { output }),
      ...(units !== undefined && { searchUnits: perMillion(units) }),
      ...(searches !== undefined && { webSearches: searches }),
    },
    // A tier that tells only what its images cost is not known.
    tiers: Object.fromEntries(
      Object.entries(others)
        .filter(([, { rates }]) => rates.input !== undefined)
        .sort()
        .map(([tier, other]) => [tier, toTier(other, base)]),
    ),
    factors: factorsOf(entry),
    once,
  }
}
