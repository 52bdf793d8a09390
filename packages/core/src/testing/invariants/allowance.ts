import type { AllowanceReport } from '../simulated-limits.ts'
import type { Invariant, SimulationRun } from './invariant.ts'

/** An invariant of runs that have limits and a budget. */
function ofAllowance(name: string, check: (allowance: AllowanceReport, run: SimulationRun) => string | undefined): Invariant {
  return {
    name,
    check: (run) => {
      const broken = run.allowance === undefined ? undefined : check(run.allowance, run)
      return broken === undefined ? [] : [broken]
    },
  }
}

export const budgetKept: Invariant = ofAllowance(
  'a budget is exceeded by no more than attempts cost beyond the dearest that was foreseen',
  ({ spentNanoUsd, budgetNanoUsd, beyondNanoUsd }) =>
    spentNanoUsd <= budgetNanoUsd + beyondNanoUsd ? undefined : `spent ${spentNanoUsd} of ${budgetNanoUsd}, ${beyondNanoUsd} beyond`,
)

export const budgetCountsEverything: Invariant = ofAllowance(
  'a budget has spent what the receipts say',
  ({ spentNanoUsd }, { clients }) => {
    let toldNanoUsd = 0
    for (const { receipts } of clients)
      for (const { costNanoUsd, wastedNanoUsd } of receipts) toldNanoUsd += (costNanoUsd ?? 0) + wastedNanoUsd
    return spentNanoUsd === toldNanoUsd ? undefined : `spent ${spentNanoUsd}, the receipts say ${toldNanoUsd}`
  },
)

export const nothingStaysHeld: Invariant = ofAllowance('nothing stays held', ({ reservedNanoUsd, stillParallel }) =>
  reservedNanoUsd === 0 && stillParallel === 0 ? undefined : `${reservedNanoUsd} of money and ${stillParallel} places are held at the end`,
)

export const budgetRefusesOnlyWhatItLacks: Invariant = ofAllowance('a budget refuses only what it lacks', ({ refusals }) => {
  const wrong = refusals.find(({ neededNanoUsd, leftNanoUsd }) => neededNanoUsd <= leftNanoUsd)
  return wrong === undefined ? undefined : `refused ${wrong.neededNanoUsd} with ${wrong.leftNanoUsd} left`
})

export const rateKept: Invariant = ofAllowance('a rate lets no more through than it allows', ({ requests, passedAtMs }) => {
  const { limit, windowMs, burst } = requests
  for (let from = 0; from < passedAtMs.length; from++) {
    for (let to = from; to < passedAtMs.length; to++) {
      const ms = (passedAtMs[to] ?? 0) - (passedAtMs[from] ?? 0)
      const passed = to - from + 1
      if (passed * windowMs > burst * windowMs + limit * ms) return `${passed} requests in ${ms} ms`
    }
  }
  return undefined
})

export const placesKept: Invariant = ofAllowance('no more are under way than there are places', ({ parallel, mostParallel }) =>
  mostParallel <= parallel ? undefined : `${mostParallel} at one time, and ${parallel} places`,
)
