import { formatRow } from './format-row.mjs'

// Models as rows: one for each id of a vendor, with what it costs where inference is kept, and ids that share everything in one row.

/** Versions that `withoutVersion` of the catalogue takes off: a row of the same facts needs none of its own. */
const version = /(?:-\d{4}-\d{2}-\d{2}|-\d{8}|-latest|-00\d|@[a-z0-9-]{1,16})$/

/** The model that stands for an id where inference is kept nowhere. */
const basePlaces = ['', 'mantle', 'global', 'us']

function groupById(models) {
  const groups = new Map()
  for (const model of models) {
    const group = groups.get(model.id) ?? new Map()
    // A bare key and one with the vendor's prefix are the same model; the first is kept.
    if (!group.has(model.place)) group.set(model.place, model)
    groups.set(model.id, group)
  }
  return groups
}

function cardsOf({ card, tiers }) {
  return [['', card], ...Object.entries(tiers)].flatMap(([tier, rates]) => [
    [tier, rates],
    ...rates.long.map((long) => [`${tier}>${long.above}`, long]),
  ])
}

function ratesOf(price) {
  return Object.fromEntries(
    cardsOf(price).flatMap(([name, card]) =>
      Object.entries(card).flatMap(([key, rate]) =>
        key === 'long' || key === 'above' || key === 'webSearches' ? [] : [[`${name} ${key}`, rate]],
      ),
    ),
  )
}

/** The one factor between all rates of two prices; `undefined` when there is none. */
function factorBetween(price, base) {
  const [rates, bases] = [ratesOf(price), ratesOf(base)]
  if (Object.keys(rates).sort().join() !== Object.keys(bases).sort().join()) return undefined
  if (price.card.webSearches !== base.card.webSearches && price.card.webSearches !== undefined) return undefined
  const factors = Object.keys(rates)
    .filter((key) => bases[key] !== 0)
    .map((key) => Number((rates[key] / bases[key]).toFixed(6)))
  const [factor = 1] = factors
  // Rates are kept in nano-dollars and factors in thousandths.
  return factors.every((other) => other === factor) && Number.isInteger(Math.round(factor * 1e6) / 1e3) ? factor : undefined
}

/** What a model costs in other places than its base: factors where all rates keep one distance, whole prices else. */
function placesOf(group, base) {
  const factors = {}
  const regional = new Map()
  const geographies = [...group.keys()].filter((place) => place !== '' && place !== 'mantle').sort()
  for (const place of geographies) {
    const factor = factorBetween(group.get(place).price, base.price)
    if (factor !== undefined) factors[place] = factor
    else {
      const text = JSON.stringify(group.get(place).price)
      regional.set(text, { places: [...(regional.get(text)?.places ?? []), place], price: group.get(place).price })
    }
  }
  const isSame = regional.size === 0 && Object.values(factors).every((factor) => factor === 1)
  return { factors: isSame ? {} : factors, regional: [...regional.values()] }
}

/** A model that is listed for regions alone has no price elsewhere. */
const unpriced = { card: { long: [] }, tiers: {}, factors: {}, once: false }

function toRow(group) {
  const place = basePlaces.find((candidate) => group.has(candidate))
  const { name, context, output, capabilities, price } = group.get(place) ?? { ...[...group.values()][0], price: unpriced }
  const { factors, regional } = placesOf(group, { price })
  return { ids: [name], context, output, capabilities, price: { ...price, factors: { ...price.factors, ...factors } }, regional }
}

function factsOf(row) {
  return formatRow({ ...row, ids: [] })
}

function priceFactsOf(row) {
  return formatRow({ ...row, ids: [], output: undefined, capabilities: [] })
}

/** Ids whose facts are the same, in one row; an id that leads to another by its version is left out. */
function shareRows(rows) {
  const byId = new Map(rows.map((row) => [row.ids[0].toLowerCase(), factsOf(row)]))
  const shared = new Map()
  for (const row of rows) {
    const [id] = row.ids
    const facts = factsOf(row)
    const bare = id.toLowerCase().replace(version, '')
    if (bare !== id.toLowerCase() && byId.get(bare) === facts) continue
    const known = shared.get(facts)
    if (known === undefined) shared.set(facts, { ...row, ids: [id] })
    else known.ids.push(id)
  }
  return [...shared.values()]
}

export function toRows(models) {
  return shareRows([...groupById(models).values()].map(toRow))
}

/** Without what another vendor's table says in the same words: who resells looks there as well. */
export function withoutResold(rows, others) {
  const known = new Map(others.flatMap((row) => row.ids.map((id) => [id.toLowerCase(), priceFactsOf(row)])))
  return rows.flatMap((row) => {
    const own = priceFactsOf(row)
    const ids = row.ids.filter((id) => {
      const lower = id.toLowerCase()
      return (known.get(lower) ?? known.get(lower.replace(version, ''))) !== own
    })
    return ids.length === 0 ? [] : [{ ...row, ids }]
  })
}
