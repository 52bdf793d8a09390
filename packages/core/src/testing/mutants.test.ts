import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMutantLab, type MutantLab } from './__fixtures__/mutant-engine.ts'
import { mutants } from './__fixtures__/mutants.ts'
import { drawScenario } from './draw-scenario.ts'
import { simulate } from './simulate.ts'

/** A mutant that survives this many seeds would survive in the CI, too, for all we know. */
const seeds = 60

let lab: MutantLab
beforeAll(async () => {
  lab = await createMutantLab()
})
afterAll(() => lab.close())

describe('a planted mutant is caught by some seed', () => {
  it.each(mutants)('$name', async (mutant) => {
    const { createEngine } = await lab.load(mutant)
    for (let seed = 0; seed < seeds; seed++) {
      const { violations } = await simulate({ seed, requests: 60, ...drawScenario(seed), createEngine })
      if (violations.length > 0) {
        console.log(mutant.name, seed, violations[0])
        return
      }
    }
    expect.fail(`${seeds} seeds did not see it`)
  })
})
