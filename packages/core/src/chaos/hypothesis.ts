import type { ClientTally } from './client-tally.ts'
import type { ExperimentPlan, SteadyStateReport } from './experiment.ts'

/** A condition, ready to be asked: reads figures by name, and answers `undefined` when one it needs is not known. */
export type Condition = (read: (name: string) => number | undefined) => boolean | undefined

export interface ConditionWorld {
  /** @throws ProxyApiError for a text that is no condition */
  readonly parseCondition: (text: string) => Condition
  /** The same figures over the recent past, for the look before the experiment. */
  readonly readBefore: (name: string) => number | undefined
}

/** What an experiment holds to be true while it runs, and what ends it. */
export interface Hypothesis {
  readonly report: () => readonly SteadyStateReport[]
  /** The condition that speaks against going on; `undefined` while there is none or too little is known. */
  readonly brokenBy: () => string | undefined
}

/** Fewer requests than this say little: one unlucky one must not end an experiment. */
const minRequests = 20

/** @throws ProxyApiError for a condition that can't be read */
export function createHypothesis(plan: ExperimentPlan, tally: ClientTally, world: ConditionWorld): Hypothesis {
  const read = (text: string) => ({ text, holds: world.parseCondition(text) })
  const steady = plan.steadyState.map(read).map((one) => ({ ...one, heldBefore: one.holds(world.readBefore) }))
  const aborts = plan.abortWhen.map(read)
  return {
    report: () => steady.map(({ text, holds, heldBefore }) => ({ condition: text, heldBefore, held: holds(tally.read) })),
    brokenBy: () => {
      if ((tally.read('requests') ?? 0) < minRequests) return undefined
      const abort = aborts.find(({ holds }) => holds(tally.read) === true)
      return (abort ?? steady.find(({ holds }) => holds(tally.read) === false))?.text
    },
  }
}
