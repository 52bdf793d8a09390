import { ProxyApiError } from '@proxyapi/core'
import type { ReadSignal } from '@proxyapi/logging'
import { type Check, toCheck } from './chaos-condition.ts'
import type { ExperimentPlan, SteadyStateReport } from './experiment.ts'
import type { ExperimentSignals } from './experiment-signals.ts'

export interface HypothesisOptions {
  readonly signals: ExperimentSignals
  /** The signals of the gateway, which know the time before the experiment. */
  readonly readBefore: ReadSignal
  readonly now: () => number
}

/** What an experiment claims while it runs, and what ends it. */
export interface Hypothesis {
  readonly report: () => readonly SteadyStateReport[]
  /** The condition that ends the experiment; `undefined` while there is none or too little data. */
  readonly brokenBy: () => string | undefined
}

/** With fewer requests a single failure would end an experiment. */
const minRequests = 20
const recentMs = 60_000

interface SteadyCondition {
  readonly text: string
  readonly check: Check
  readonly heldBefore: boolean | undefined
  /** The latest result over the recent past. */
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

function hasEnough(read: ReadSignal): boolean {
  return (read('requests', {}, recentMs) ?? 0) >= minRequests
}

function checkBefore({ steadyState }: ExperimentPlan, { readBefore, now }: HypothesisOptions): readonly SteadyCondition[] {
  const conditions = steadyState.map((text) => {
    const check = toCheck(text, now)
    return { text, check, heldBefore: check(readBefore), heldRecently: undefined, wasBroken: false }
  })
  const broken = hasEnough(readBefore) ? conditions.find(({ heldBefore }) => heldBefore === false) : undefined
  if (broken !== undefined) throw refusal(broken.text)
  return conditions
}

/** Checks one condition over the whole experiment and over the recent past, so that a late outage shows in a long experiment. */
function isBroken(condition: SteadyCondition, { readWhole, readRecent, outcomes }: ExperimentSignals): boolean {
  const { check } = condition
  if (hasEnough(readRecent)) condition.heldRecently = check(readRecent)
  const held = outcomes().requests >= minRequests ? check(readWhole) : undefined
  condition.wasBroken ||= held === false || (hasEnough(readRecent) && condition.heldRecently === false)
  return condition.wasBroken
}

/** @throws ProxyApiError `conflict` when the steady state is known not to hold before */
export function createHypothesis(plan: ExperimentPlan, options: HypothesisOptions): Hypothesis {
  const { signals, now } = options
  const { readWhole, readRecent } = signals
  const steady = checkBefore(plan, options)
  const aborts = plan.abortWhen.map((text) => ({ text, check: toCheck(text, now) }))
  // Signals follow a provider or a model from the first question on.
  for (const { check } of [...steady, ...aborts]) check(readRecent)
  return {
    report: () =>
      steady.map(({ text, check, heldBefore, heldRecently, wasBroken }) => ({
        condition: text,
        heldBefore,
        held: wasBroken ? false : (check(readWhole) ?? heldRecently),
      })),
    brokenBy: () => {
      const abort = hasEnough(readRecent) ? aborts.find(({ check }) => check(readRecent) === true) : undefined
      const broken = steady.filter((condition) => isBroken(condition, signals))
      return (abort ?? broken[0])?.text
    },
  }
}
