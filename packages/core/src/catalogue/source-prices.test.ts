import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { findModel } from './find-model.ts'

/** What the public lists say, one line a model, written by `tooling/catalogue/build.mjs`: vendor, place, id, input limit, four rates. */
const text = readFileSync(fileURLToPath(new URL('./__fixtures__/source-prices.tsv', import.meta.url)), 'utf8')
const stated = text
  .trim()
  .split('\n')
  .map((line) => {
    const [type = '', place = '', model = '', ...figures] = line.split('\t')
    const [contextLength, ...rates] = figures.map((figure) => (figure === '' ? undefined : Number(figure)))
    return { type, place, model, contextLength, rates }
  })

/** How the id of a model is asked for in a place. */
function keyOf({ type, place, model }: (typeof stated)[number]): Parameters<typeof findModel>[0] {
  if (type === 'bedrock' && place !== '' && place !== 'mantle' && !/\d/.test(place)) return { type, model: `${place}.${model}` }
  return { type, model, region: place === '' || place === 'mantle' ? undefined : place }
}

function toUsd(rate: number | undefined): number | undefined {
  return rate === undefined ? undefined : Number((rate / 1e9).toPrecision(9))
}

/** Where the catalogue says something else than a list does, and why. */
const differences: Readonly<Record<string, string>> = {
  'cohere  embed-multilingual-light-v3.0': 'the list has the price a thousand times over',
  'azure_openai  gpt-4o-mini': 'listed twice, once without the price of cached input',
  'bedrock mantle anthropic.claude-haiku-5-5':
    'Mantle keeps inference in its region; the row is that of the runtime, which this gateway calls',
  'bedrock mantle anthropic.claude-opus-5-5': 'the same',
  'bedrock mantle anthropic.claude-sonnet-5-5': 'the same',
  'bedrock mantle openai.gpt-6-luna': 'the same',
  'bedrock mantle openai.gpt-6-sol': 'the same',
}

describe('the catalogue', () => {
  it('knows every model of the public lists, in every place, at their price, but for corrections', () => {
    const odd = stated.flatMap((one) => {
      const found = findModel(keyOf(one))
      const [input, output, cachedInput, searchUnits] = one.rates
      const { rates } = found?.price ?? {}
      const is = [rates?.input, rates?.output, rates?.cachedInput ?? rates?.input, rates?.searchUnits].map(toUsd)
      const should = [input, output, cachedInput ?? input, searchUnits].map((rate) => toUsd(rate === undefined ? undefined : rate * 1e9))
      return is.join() === should.join() ? [] : [`${one.type} ${one.place} ${one.model}`]
    })
    expect(stated.length).toBeGreaterThan(1_900)
    expect([...new Set(odd)].sort()).toEqual(Object.keys(differences).sort())
  })

  it('takes the limit of the input where the vendor states one', () => {
    const odd = stated.filter((one) => {
      const row = findModel(keyOf(one))?.row
      return one.type === 'openai' && one.contextLength !== undefined && row?.contextLength !== one.contextLength
    })
    expect(odd.map(({ model }) => model)).toEqual([])
  })
})
