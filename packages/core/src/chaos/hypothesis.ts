import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { ClientTally } from './client-tally.ts'
import type { ExperimentPlan, SteadyStateReport } from './experiment.ts'

/** Which part of the traffic a figure is about; empty for all of it. */
export interface FigureSelector {
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly key?: string | undefined
}

/** A figure by its name; `undefined` when it is not known. Without a window it is as of the reader's own choice. */
export type ReadFigure = (name: string, selector?: FigureSelector, windowMs?: number) => number | undefined

/** A condition, ready to be asked: reads figures by name, and answers `undefined` when one it needs is not known. */
export type Condition = (read: ReadFigure) => boolean | undefined

export interface ConditionWorld {
  /** @throws ProxyApiError for a text that is no condition */
  readonly parseCondition: (text: string) => Condition
  /** The same figures over the recent past, for the look before the experiment. */
  readonly readBefore: ReadFigure
  /**
   * The figures of the last moments of the experiment, so that a late outage shows in a long one. They decide `abortWhen`, and stand in where the
   * experiment's own count knows a figure not. `undefined` leaves all to that count.
   */
  readonly readRecent?: ReadFigure | undefined
}

/** What an experiment holds to be true while it runs, and what ends it. */
export interface Hypothesis {
  readonly report: () => readonly SteadyStateReport[]
  /** The condition that speaks against going on; `undefined` while there is none or too little is known. */
  readonly brokenBy: () => string | undefined
}

/** Fewer requests than this say little: one unlucky one must not end an experiment. */
const minRequests = 20

interface SteadyCondition {
  readonly text: string
  readonly holds: Condition
  readonly heldBefore: boolean | undefined
  /** By the figures of the last moments, at the latest look. */
  heldRecently: boolean | undefined
  wasBroken: boolean
}

function refusal(text: string): ProxyApiError {
  return new ProxyApiError({
    code: 'conflict',
    message: `The steady state "${text}" does not hold now, so no fault was put in. Wait until it holds, or state another one.`,
    retryable: true,
  })
}

function enough(read: ReadFigure): boolean {
  return (read('requests') ?? 0) >= minRequests
}

/** Looks at one condition with every reader that knows enough. */
function isBroken(condition: SteadyCondition, count: ReadFigure, recent: ReadFigure | undefined): boolean {
  condition.heldRecently = recent !== undefined && enough(recent) ? condition.holds(recent) : condition.heldRecently
  const held = enough(count) ? condition.holds(count) : undefined
  condition.wasBroken ||= held === false || (recent !== undefined && enough(recent) && condition.heldRecently === false)
  return condition.wasBroken
}

/** @throws ProxyApiError for a condition that can't be read; `conflict` when the steady state is known not to hold before */
export function createHypothesis(plan: ExperimentPlan, tally: ClientTally, world: ConditionWorld): Hypothesis {
  const { parseCondition, readBefore, readRecent } = world
  const count: ReadFigure = (name, selector = {}) => (Object.keys(selector).length === 0 ? tally.read(name) : undefined)
  const aborts = plan.abortWhen.map((text) => ({ text, holds: parseCondition(text) }))
  const steady: readonly SteadyCondition[] = plan.steadyState.map((text) => {
    const holds = parseCondition(text)
    return { text, holds, heldBefore: holds(readBefore), heldRecently: undefined, wasBroken: false }
  })
  const missed = enough(readBefore) ? steady.find(({ heldBefore }) => heldBefore === false) : undefined
  if (missed !== undefined) throw refusal(missed.text)
  const latest = readRecent ?? count
  // A reader may follow a part of the traffic only from the first question on.
  for (const { holds } of [...steady, ...aborts]) holds(latest)
  return {
    report: () =>
      steady.map(({ text, holds, heldBefore, heldRecently, wasBroken }) => {
        const held = wasBroken ? false : (holds(count) ?? heldRecently)
        return { condition: text, heldBefore, held }
      }),
    brokenBy: () => {
      const abort = enough(latest) ? aborts.find(({ holds }) => holds(latest) === true) : undefined
      const broken = steady.filter((condition) => isBroken(condition, count, readRecent))
      return (abort ?? broken[0])?.text
    },
  }
}
