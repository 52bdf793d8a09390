import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMutantLoader, type MutantLoader } from './__fixtures__/mutant-engine.ts'
import { mutants } from './__fixtures__/mutants.ts'
import { drawScenario } from './draw-scenario.ts'
import { simulate } from './simulate.ts'

/** Seeds that catch many mutants run first, which saves time. */
const effective = [40, 13, 7, 5, 9, 1, 2]
const seeds = [...effective, ...Array.from({ length: 80 }, (_, seed) => seed).filter((seed) => !effective.includes(seed))]
const requests = 150

let loader: MutantLoader
beforeAll(async () => {
  loader = await createMutantLoader()
})
afterAll(() => loader.close())

it('finds no violation in the unchanged engine', async () => {
  for (const seed of effective) expect((await simulate({ seed, requests, ...drawScenario(seed) })).violations).toEqual([])
}, 30_000)

describe('a planted mutant is caught by some seed', () => {
  it.each(mutants)(
    '$name',
    async (mutant) => {
      const { createEngine, createLimits } = await loader.load(mutant)
      for (const seed of seeds) {
        const { violations } = await simulate({ seed, requests, ...(mutant.scenario ?? drawScenario(seed)), createEngine, createLimits })
        if (violations.length > 0) return
      }
      expect.fail(`${seeds.length} seeds did not catch it`)
    },
    60_000,
  )
})
