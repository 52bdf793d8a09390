import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLabelLimit } from './label-limit.ts'
import { createRegistry } from './registry.ts'

describe('a registry', () => {
  it('gives the same cell for the same labels, and another for others', () => {
    const registry = createRegistry()
    const cell = registry.counter('http_requests_total', ['GET', '/health', '200'])
    expect(registry.counter('http_requests_total', ['GET', '/health', '200'])).toBe(cell)
    expect(registry.counter('http_requests_total', ['GET', '/health', '201'])).not.toBe(cell)
  })

  it('holds only so many series of a metric, and counts the rest together', () => {
    const registry = createRegistry()
    for (let index = 0; index < 6_000; index++) registry.counter('requests_shed_total', [`reason-${index}`]).value++
    const points = registry.series().values['requests_shed_total'] ?? []
    expect(points).toHaveLength(5_001)
    expect(points.find(({ labels }) => labels[0] === 'other')?.value).toBe(1_000)
  })

  it('gives out series that later counting does not change', () => {
    const registry = createRegistry()
    registry.counter('llm_calls_total', ['complete']).value++
    const before = registry.series()
    registry.counter('llm_calls_total', ['complete']).value++
    expect(before.values['llm_calls_total']).toEqual([{ labels: ['complete'], value: 1 }])
  })
})

describe('a label limit', () => {
  it('never lets more values in than it may, and always those it knows', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 0, max: 5 }), (words, max) => {
        const limit = createLabelLimit({ known: ['known'], max, maxLength: 8 })
        const labels = new Set(words.map(limit.admit))
        labels.delete('known')
        labels.delete('other')
        expect(labels.size).toBeLessThanOrEqual(max)
        expect([...labels].every((label) => label.length > 0 && label.length <= 8)).toBe(true)
        expect(limit.admit('known')).toBe('known')
      }),
    )
  })

  it('finds a value once it was admitted, and not before', () => {
    const limit = createLabelLimit({ max: 1 })
    expect(limit.find('word')).toBe('other')
    expect(limit.admit('word')).toBe('word')
    expect(limit.find('word')).toBe('word')
  })
})
