// OpenRouter's models by genai-prices. It tells no capabilities, so none are claimed.

/** The price that holds on a day: the last that has begun; those by the hour of the day are not taken. */
function priceOn(day, { prices }) {
  if (!Array.isArray(prices)) return prices
  const begun = prices.filter(
    ({ constraint }) => constraint === undefined || (constraint.type === 'start_date' && constraint.start_date <= day),
  )
  return begun.at(-1)?.prices ?? {}
}

const names = {
  input_mtok: 'input',
  cache_read_mtok: 'cachedInput',
  cache_write_mtok: 'cacheWrite',
  output_mtok: 'output',
  output_reasoning_mtok: 'reasoning',
}

function toCard(price) {
  const known = Object.entries(names).flatMap(([key, name]) => (price[key] === undefined ? [] : [[name, price[key]]]))
  const bases = known.map(([name, rate]) => [name, rate.base ?? rate])
  const starts = [...new Set(known.flatMap(([, rate]) => (rate.tiers ?? []).map(({ start }) => start)))].sort((a, b) => a - b)
  const at = (rate, start) => (rate.tiers ?? []).findLast((tier) => tier.start <= start)?.price ?? rate.base ?? rate
  const long = starts.map((start) => ({ above: start, ...Object.fromEntries(known.map(([name, rate]) => [name, at(rate, start)])) }))
  return { ...Object.fromEntries(bases), long }
}

export function toOpenRouterModels(list, day) {
  return list.flatMap((model) => {
    const { id, context_window: context } = model
    const card = toCard(priceOn(day, model))
    // Free variants are known by their ending, and bare names are not OpenRouter's ids.
    if (!id.includes('/') || id.endsWith(':free') || !(card.input > 0)) return []
    const price = { card, tiers: {}, factors: {}, once: false }
    return [
      { key: id, vendor: 'openrouter', id: id.toLowerCase(), name: id, place: '', context, output: undefined, capabilities: [], price },
    ]
  })
}
