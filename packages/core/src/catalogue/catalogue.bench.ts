import { bench, describe } from 'vitest'
import { catalogueOf, publicModelIds, publicTypes } from './catalogue-entry.ts'
import { costOf } from './cost-of.ts'
import { priceOf } from './price-of.ts'
import { searchCatalogue } from './search-catalogue.ts'

const entries = catalogueOf(publicTypes.flatMap((type) => publicModelIds(type).map((id) => ({ provider: type, type, model: { id } }))))
const usage = { inputTokens: 12_307, cacheWriteTokens: 12_304, outputTokens: 550, totalTokens: 12_857 }

describe('per call', () => {
  bench('price and cost', () => {
    costOf(usage, priceOf({ type: 'anthropic', model: 'claude-sonnet-4-5' }))
  })
})

describe(`search of ${entries.length} models`, () => {
  for (const q of ['', 'gpt', 'clude sonet 4.5 vsion', 'aaaaaaaa bbbbbbbb '.repeat(10)]) {
    bench(`"${q.slice(0, 24)}"`, () => {
      searchCatalogue(entries, { q })
    })
  }
})
