// A row as one line of text; `parse-list.ts` of the catalogue reads it and says what stands where.

const rateOrder = [
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteOneHour',
  'output',
  'reasoning',
  'audioInput',
  'audioOutput',
  'imageInput',
  'imageOutput',
  'searchUnits',
  'webSearches',
]
const capabilityLetters = {
  chat: 'c',
  completion: 'l',
  vision: 'v',
  tools: 't',
  json_mode: 'j',
  json_schema: 's',
  reasoning: 'r',
  audio: 'a',
  image_output: 'i',
  embeddings: 'e',
  rerank: 'k',
  moderation: 'm',
  prompt_caching: 'p',
}

function formatNumber(value) {
  return value === undefined ? '' : String(value).replace(/^0\./, '.')
}

function formatRates(card) {
  return rateOrder
    .map((name) => formatNumber(card[name]))
    .join(',')
    .replace(/,+$/, '')
}

function formatCard(card, sign = '') {
  return [`${sign}${formatRates(card)}`, ...card.long.map(({ above, ...rates }) => `>${above}:${formatRates(rates)}`)]
}

function formatPrice({ card, tiers, factors, once }) {
  const isPriced = formatRates(card) !== ''
  return [
    ...(isPriced ? formatCard(card) : []),
    ...Object.entries(factors).map(([word, factor]) => `*${word}:${formatNumber(factor)}`),
    ...(once ? ['!once'] : []),
    ...Object.entries(tiers).flatMap(([tier, other]) => formatCard(other, `@${tier}:`)),
  ]
}

export function formatRow({ ids, context, output, capabilities, price, regional }) {
  const letters = capabilities.map((word) => capabilityLetters[word]).join('')
  const places = regional.flatMap(({ places: where, price: kept }) => [`#${where.join(',')}`, ...formatPrice(kept)])
  return [ids.join(','), formatNumber(context), formatNumber(output), letters, [...formatPrice(price), ...places].join(' ')].join(';')
}
