import { describe, expect, it } from 'vitest'
import { vendorTables } from './models.table.ts'
import type { UsdCard } from './usd-price.ts'
import { rateNames } from './usd-price.ts'

const rows = Object.entries(vendorTables).flatMap(([vendor, table]) => table.models.map((row) => ({ vendor, row })))
const priced = rows.flatMap(({ vendor, row }) =>
  [row.usd, ...(row.regionalUsd ?? []).map(({ usd }) => usd)]
    .flatMap((usd) => [usd, ...Object.values(usd?.tiers ?? {})])
    .flatMap((card) => (card === undefined ? [] : [{ vendor, id: row.id, card }])),
)

function tiersOf(card: UsdCard): readonly UsdCard[] {
  return [card, ...(card.longContext ?? [])]
}

describe('the tables', () => {
  it('give each id and alias once a vendor', () => {
    for (const [vendor, table] of Object.entries(vendorTables)) {
      const ids = table.models.flatMap((row) => [row.id, ...(row.aliases ?? [])].map((id) => id.toLowerCase()))
      const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
      expect(repeated, vendor).toEqual([])
    }
  })

  it('say where they come from and when', () => {
    for (const table of Object.values(vendorTables)) {
      expect(table.source).toMatch(/^[a-z0-9.-]+\/[\w./-]+$/)
      expect(table.updatedAt).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    }
  })

  it('price input and output together, and nothing at 0 but open models, moderation and what is billed otherwise', () => {
    const odd = rows.filter(({ row }) => {
      if (row.usd === undefined || row.id.startsWith('gemma-') || row.capabilities.includes('moderation')) return false
      const { input, output, searchUnits } = row.usd
      if (searchUnits !== undefined) return searchUnits <= 0 || input !== 0 || output !== 0
      const needsOutput = !row.capabilities.some((capability) => capability === 'embeddings' || capability === 'rerank')
      return input === undefined || input <= 0 || output === undefined || (needsOutput ? output <= 0 : output !== 0)
    })
    expect(odd.map(({ vendor, row }) => `${vendor} ${row.id}`)).toEqual([])
  })

  it('never make a long input, a cache read or a batch a trap: tiers rise, reads and batches are no dearer', () => {
    const odd = priced.filter(({ card }) => {
      const tiers = tiersOf(card)
      const falls = tiers.some((tier, index) =>
        rateNames.some((name) => (tier[name] ?? Number.POSITIVE_INFINITY) < (tiers[index - 1]?.[name] ?? 0)),
      )
      return falls || tiers.some((tier) => (tier.cachedInput ?? 0) > (tier.input ?? Number.POSITIVE_INFINITY))
    })
    const dearBatches = rows.filter(({ row }) => (row.usd?.tiers?.['batch']?.input ?? 0) > (row.usd?.input ?? 0))
    expect([...odd.map(({ vendor, id }) => `${vendor} ${id}`), ...dearBatches.map(({ row }) => row.id)]).toEqual([])
  })

  it('set every class that a base price tells apart in its tiers as well', () => {
    const odd = priced.filter(({ card }) =>
      (card.longContext ?? []).some((tier) => rateNames.some((name) => card[name] !== undefined && tier[name] === undefined)),
    )
    expect(odd.map(({ vendor, id }) => `${vendor} ${id}`)).toEqual([])
  })

  it('describe every model in one sentence', () => {
    expect(rows.filter(({ row }) => !/^[A-Z0-9o].{8,}\.$/.test(row.description ?? '')).map(({ row }) => row.id)).toEqual([])
  })
})
