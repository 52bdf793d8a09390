import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CatalogueEntry, catalogueOf, publicModelIds } from './catalogue-entry.ts'
import { type CatalogueQuery, searchCatalogue } from './search-catalogue.ts'

const entries: readonly CatalogueEntry[] = catalogueOf(
  ['openai', 'anthropic', 'gemini', 'cohere'].flatMap((type) =>
    publicModelIds(type).map((id) => ({ provider: type, type, model: { id }, available: type !== 'cohere' })),
  ),
)

function idsOf(query: CatalogueQuery): readonly string[] {
  return searchCatalogue(entries, query).models.map((entry) => entry.id)
}

describe('searchCatalogue', () => {
  it.each([
    { q: 'gpt-4o', first: 'gpt-4o' },
    { q: 'gpt4o mini', first: 'gpt-4o-mini' },
    { q: 'GPT 4.1', first: 'gpt-4.1' },
    { q: 'claude sonnet 4.5', first: 'claude-sonnet-4-5' },
    { q: 'clude sonet 4-5', first: 'claude-sonnet-4-5' },
    { q: 'antrhopic haiku 4 5', first: 'claude-haiku-4-5' },
    { q: 'gemni 2.5 pro', first: 'gemini-2.5-pro' },
    { q: 'command embeddings multilingual', first: undefined },
    { q: 'embedings multilingual light', first: 'embed-multilingual-light-v3.0' },
  ])('puts $first first for "$q"', ({ q, first }) => {
    expect(idsOf({ q })[0]).toBe(first)
  })

  it('wants all words', () => {
    expect(idsOf({ q: 'claude zebra' })).toEqual([])
  })

  it('forgives no slip in a number', () => {
    expect(idsOf({ q: 'claude opus 9' })).toEqual([])
  })

  it.each<{ name: string; query: CatalogueQuery; holds: (entry: CatalogueEntry) => boolean }>([
    { name: 'a provider', query: { provider: 'anthropic' }, holds: (entry) => entry.provider === 'anthropic' },
    { name: 'chat', query: { supportsChat: true }, holds: (entry) => entry.supportsChat },
    { name: 'no chat', query: { supportsChat: false }, holds: (entry) => !entry.supportsChat },
    { name: 'vision', query: { supportsVision: true }, holds: (entry) => entry.capabilities.includes('vision') },
    { name: 'tools', query: { supportsTools: true }, holds: (entry) => entry.capabilities.includes('tools') },
    { name: 'another word for tools', query: { capability: 'function_calling' }, holds: (entry) => entry.capabilities.includes('tools') },
    { name: 'a context', query: { minContext: 200_000 }, holds: (entry) => (entry.contextLength ?? 0) >= 200_000 },
    {
      name: 'a price, which must be known',
      query: { maxCostUsd: 0.001 },
      holds: (entry) => entry.inputCostUsd !== null && entry.inputCostUsd <= 0.001 && (entry.outputCostUsd ?? 1) <= 0.001,
    },
    { name: 'what can be used', query: { available: false }, holds: (entry) => !entry.available },
  ])('keeps to $name', ({ query, holds }) => {
    const found = searchCatalogue(entries, query)
    expect(found.models).toEqual(entries.filter(holds).sort((a, b) => Number(b.available) - Number(a.available)))
    expect(found.total).toBeGreaterThan(0)
    expect(found.total).toBeLessThan(entries.length)
  })

  it('sorts either way, with the unknown last', () => {
    const costs = (descending: boolean): readonly (number | null)[] =>
      searchCatalogue(entries, { sort: { key: 'input_cost', descending } }).models.map((entry) => entry.inputCostUsd)
    const known = entries.flatMap(({ inputCostUsd }) => (inputCostUsd === null ? [] : [inputCostUsd])).sort((a, b) => a - b)
    const unknown = entries.length - known.length
    expect(unknown).toBeGreaterThan(0)
    expect(costs(false)).toEqual([...known, ...new Array<null>(unknown).fill(null)])
    expect(costs(true)).toEqual([...known.reverse(), ...new Array<null>(unknown).fill(null)])
  })

  it('shows what can be used first', () => {
    const available = searchCatalogue(entries).models.map((entry) => entry.available)
    expect(available.indexOf(false)).toBeGreaterThan(available.lastIndexOf(true))
  })

  it('gives pages that make up the whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (limit) => {
        const pages = Array.from({ length: Math.ceil(entries.length / limit) }, (_, page) => idsOf({ limit, offset: page * limit }))
        expect(pages.flat()).toEqual(idsOf({}))
      }),
    )
  })

  it('never fails, nor finds more than it filters, whatever is asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (q) => {
        const { models, total } = searchCatalogue(entries, { q, provider: 'openai' })
        return models.length === total && models.every((entry) => entry.provider === 'openai')
      }),
    )
  })

  it('finds every model by its own id', () => {
    for (const entry of entries) expect(idsOf({ q: entry.id })[0]).toBe(entry.id)
  })

  it('finds a model through any one slip in a long word', () => {
    const slip = fc.tuple(fc.nat({ max: 5 }), fc.constantFrom('drop', 'double', 'swap'))
    fc.assert(
      fc.property(slip, ([at, kind]) => {
        const word = 'sonnet'
        const [a = '', b = ''] = [word[at], word[at + 1]]
        const made = { drop: '', double: a + a, swap: b + a }[kind] ?? ''
        const q = word.slice(0, at) + made + word.slice(at + (kind === 'swap' ? 2 : 1))
        return idsOf({ q }).includes('claude-sonnet-4-5')
      }),
    )
  })
})
