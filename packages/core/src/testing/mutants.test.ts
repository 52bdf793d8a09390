import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMutantLab, type MutantLab } from './__fixtures__/mutant-engine.ts'
import { mutants } from './__fixtures__/mutants.ts'
import { drawScenario } from './draw-scenario.ts'
import { simulate } from './simulate.ts'

/** Seeds whose scenarios have caught much are asked first; the order changes nothing but the time. */
const telling = [40, 13, 7, 5, 9, 1, 2]
const seeds = [...telling, ...Array.from({ length: 80 }, (_, seed) => seed).filter((seed) => !telling.includes(seed))]
const requests = 150

let lab: MutantLab
beforeAll(async () => {
  lab = await createMutantLab()
})
afterAll(() => lab.close())

it('finds nothing wrong with the engine as it is', async () => {
  for (const seed of telling) expect((await simulate({ seed, requests, ...drawScenario(seed) })).violations).toEqual([])
}, 30_000)

describe('a planted mutant is caught by some seed', () => {
  it.each(mutants)(
    '$name',
    async (mutant) => {
      const { createEngine } = await lab.load(mutant)
      for (const seed of seeds) {
        const { violations } = await simulate({ seed, requests, ...drawScenario(seed), createEngine })
        if (violations.length > 0) return
      }
      expect.fail(`${seeds.length} seeds did not see it`)
    },
    60_000,
  )
})
