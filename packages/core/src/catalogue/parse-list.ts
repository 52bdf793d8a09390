import type { ModelCapability, ModelRow, RegionalPrice } from './model-row.ts'
import { rateNames, type UsdCard, type UsdPrice, type UsdRates } from './usd-price.ts'

/*
 * Models as a script wrote them from a public list, one line a row, which is a fifth of the same facts as code:
 *
 *   ids,separated;input tokens;largest output;capabilities;price
 *
 * A capability is one letter of `capabilityLetters`. A price is words: rates in dollars per million in the order of `listedRates` (what is empty
 * is not told), then `>200000:` with the rates of inputs longer than that, `@flex:` with those of a service tier (and its own `>`), `*us:1.1` with a
 * factor on all rates by a tier or a place, `!once` where a call is billed one search at most, and `#eu-west-1,us` before a whole price of its own
 * for these places.
 */

/** One vendor's models in such lines. */
export interface SourceList {
  /** The package that the facts come by, with its version. */
  readonly source: string
  /** The day it was read, as `YYYY-MM-DD`. */
  readonly updatedAt: string
  readonly rows: string
}

const capabilityLetters: Readonly<Record<string, ModelCapability>> = {
  c: 'chat',
  l: 'completion',
  v: 'vision',
  t: 'tools',
  j: 'json_mode',
  s: 'json_schema',
  r: 'reasoning',
  a: 'audio',
  i: 'image_output',
  e: 'embeddings',
  k: 'rerank',
  m: 'moderation',
  p: 'prompt_caching',
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

function parseNumber(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text)
}

function parseRates(text: string): UsdRates {
  const rates: Writable<UsdRates> = {}
  for (const [index, part] of text.split(',').entries()) {
    // A row has its rates in this order (tooling/catalogue/format-row.mjs).
    const name = rateNames[index]
    const rate = parseNumber(part)
    if (name !== undefined && rate !== undefined) rates[name] = rate
  }
  return rates
}

/** What stands before and behind the colon of a word, without its sign. */
function namedPart(word: string): readonly [name: string, rest: string] {
  const colon = word.indexOf(':')
  return [word.slice(1, colon), word.slice(colon + 1)]
}

interface OpenPrice {
  readonly price: Writable<UsdPrice>
  /** The card that a `>` belongs to. */
  card: Writable<UsdCard>
}

/** Adds what a word says, other than `#`, to a price. */
function addWord(open: OpenPrice, word: string): void {
  const { price } = open
  if (word === '!once') {
    price.billsSearchOnce = true
    return
  }
  const [name, rest] = namedPart(word)
  switch (word[0]) {
    case '>':
      open.card.longContext = [...(open.card.longContext ?? []), { aboveInputTokens: Number(name), ...parseRates(rest) }]
      break
    case '@':
      open.card = parseRates(rest)
      price.tiers = { ...price.tiers, [name]: open.card }
      break
    case '*':
      price.factors = { ...price.factors, [name]: Number(rest) }
      break
    default:
      Object.assign(price, parseRates(word))
  }
}

function openPrice(): OpenPrice {
  const price: Writable<UsdPrice> = {}
  return { price, card: price }
}

function parsePrice(text: string): Pick<ModelRow, 'usd' | 'regionalUsd'> {
  const base = openPrice()
  const regional: RegionalPrice[] = []
  let open = base
  for (const word of text.split(' ')) {
    if (word.startsWith('#')) {
      open = openPrice()
      regional.push({ regions: word.slice(1).split(','), usd: open.price })
    } else addWord(open, word)
  }
  const isPriced = base.price.input !== undefined
  return { ...(isPriced && { usd: base.price }), ...(regional.length > 0 && { regionalUsd: regional }) }
}

function parseRow(line: string): readonly ModelRow[] {
  const [ids = '', contextLength, maxOutputTokens, letters = '', price = ''] = line.split(';')
  const facts = {
    contextLength: parseNumber(contextLength),
    maxOutputTokens: parseNumber(maxOutputTokens),
    capabilities: [...letters].flatMap((letter) => capabilityLetters[letter] ?? []),
    ...parsePrice(price),
  }
  return ids.split(',').map((id) => ({ id, name: id, ...facts }))
}

/** The rows of a list, one for each id. */
export function parseList({ rows }: Pick<SourceList, 'rows'>): readonly ModelRow[] {
  return rows
    .trim()
    .split('\n')
    .flatMap((line) => parseRow(line))
}
