import { describe, expect, it } from 'vitest'
import { type Distribution, draw } from './distribution.ts'
import { percentile } from './figures.ts'
import { createRandom } from './random.ts'

function drawMany(distribution: Distribution, count = 20_000): number[] {
  const random = createRandom('many')
  return Array.from({ length: count }, () => draw(distribution, random))
}

describe('a seeded source of random numbers', () => {
  it('draws the same for the same seed, and something else for another', () => {
    const draws = (seed: string) => {
      const random = createRandom(seed)
      return [random(), random(), random()]
    }
    expect(draws('a')).toEqual(draws('a'))
    expect(draws('a')).not.toEqual(draws('b'))
  })

  it('is spread evenly from 0 to 1', () => {
    const draws = drawMany({ type: 'uniform', min: 0, max: 1 })
    const counts = Array.from({ length: 10 }, (_, tenth) => draws.filter((value) => Math.floor(value * 10) === tenth).length)
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...draws)).toBeLessThan(1)
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200)
  })
})

describe('a distribution', () => {
  it.each<[string, Distribution, number, number]>([
    ['a number', 7, 7, 7],
    ['uniform', { type: 'uniform', min: 10, max: 20 }, 15, 19.9],
    ['exponential', { type: 'exponential', mean: 100 }, 69.3, 460.5],
    ['lognormal', { type: 'lognormal', median: 100, sigma: 0.5 }, 100, 320],
    ['pareto', { type: 'pareto', min: 100, alpha: 2 }, 141.4, 1_000],
    ['a capped pareto', { type: 'pareto', min: 100, alpha: 2, max: 300 }, 141.4, 300],
    ['a mixture', { type: 'mixture', usual: 1, rare: 50, share: 0.05 }, 1, 50],
  ])('of type %s has its median and its 99th percentile', (_type, distribution, median, p99) => {
    const draws = drawMany(distribution)
    expect(Math.abs((percentile(draws, 0.5) ?? 0) / median - 1)).toBeLessThan(0.05)
    expect(Math.abs((percentile(draws, 0.99) ?? 0) / p99 - 1)).toBeLessThan(0.1)
  })
})

it('has no percentile without values', () => {
  expect([percentile([], 0.5), percentile([3], 0.99), percentile([1, 2, 3, 4], 0.5)]).toEqual([undefined, 3, 2])
})
