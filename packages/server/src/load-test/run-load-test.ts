import type { Deps } from '@proxyapi/core'
import { createLoadTally, type LoadTally } from './load-tally.ts'
import { type LoadTarget, type LoadTestPlan, plannedRequests } from './load-test-plan.ts'
import { type SendOptions, sendRequest } from './send-request.ts'

/** Why a test is over. */
export type LoadTestEnd = 'completed' | 'stopped' | 'cost_cap' | 'error_rate' | 'p95' | 'closed'

/** A test as it stands. */
export interface LoadTestProgress {
  readonly elapsedMs: number
  readonly planned: number
  readonly sent: number
  readonly inFlight: number
  /** Due, and not sent because too many were under way. */
  readonly notSent: number
  /** Given up at the end. */
  readonly unanswered: number
  readonly tally: LoadTally
  /** Of the time after the warm-up; to the last answer where all were sent. */
  readonly measuredMs: number
  readonly end: LoadTestEnd | undefined
}

export interface RunOptions extends Omit<SendOptions, 'signal' | 'deps'> {
  readonly deps: Pick<Deps, 'now' | 'newId' | 'setTimer'>
  /** Requests under way at once; more wait, and their wait counts. */
  readonly maxInFlight: number
  readonly onEnd: (end: LoadTestEnd) => void
}

/** Between two looks at what is due: latencies count from when a request was due and not from here. */
const tickMs = 10
/** Of a look, no more are sent than this: the loop must get its turn. */
const maxPerTick = 200
/** Due requests that may wait for a place; more are not sent, and are counted. */
const maxWaiting = 1_000
/** Conditions are not judged by fewer answers than this. */
const minJudged = 50
/** How long answers are waited for when all requests are sent. */
const drainMs = 60_000
const nanoUsdPerUsd = 1e9

export interface LoadRun {
  readonly progress: () => LoadTestProgress
  readonly stop: (end: LoadTestEnd) => void
}

interface Due {
  readonly target: LoadTarget
  readonly atMs: number
  readonly isMeasured: boolean
}

/** What has been spent, and what requests under way will have cost at most as estimated. */
function createPurse({ maxCostUsd, targets }: LoadTestPlan) {
  const cap = maxCostUsd * nanoUsdPerUsd
  // A price that is not known is learnt from answers: until then it counts as the dearest answer so far.
  let dearest = Math.max(0, ...targets.map(({ costNanoUsd }) => costNanoUsd ?? 0))
  let spent = 0
  let reserved = 0
  return {
    spent: (): number => spent,
    take: ({ costNanoUsd }: LoadTarget): number | undefined => {
      const expected = costNanoUsd ?? dearest
      if (expected > 0 && spent + reserved + expected > cap) return undefined
      if (expected === 0 && spent > cap) return undefined
      reserved += expected
      return expected
    },
    settle: (expected: number, cost: number): void => {
      reserved -= expected
      spent += cost
      dearest = Math.max(dearest, cost)
    },
  }
}

function breached({ abortWhen }: LoadTestPlan, tally: LoadTally): LoadTestEnd | undefined {
  const { completed, failed, errorRate, latency } = tally.all()
  if (completed + failed < minJudged) return undefined
  if (errorRate > abortWhen.errorRate) return 'error_rate'
  if (abortWhen.p95Ms !== undefined && latency.p95 !== null && latency.p95 > abortWhen.p95Ms) return 'p95'
  return undefined
}

/** What is due by now and has no place yet. */
function createSchedule(plan: LoadTestPlan, startedAtMs: number) {
  const { targetRps, targets, warmUpMs } = plan
  const planned = plannedRequests(plan)
  const waiting: Due[] = []
  let due = 0
  let notSent = 0
  const enqueue = (atMs: number): void => {
    const target = targets[due % targets.length]
    due++
    if (waiting.length >= maxWaiting) notSent++
    else if (target !== undefined) waiting.push({ target, atMs, isMeasured: atMs - startedAtMs >= warmUpMs })
  }
  return {
    planned,
    next: (): Due | undefined => waiting.shift(),
    notSent: (): number => notSent,
    isEmpty: (): boolean => due >= planned && waiting.length === 0,
    enqueueDue: (nowMs: number): void => {
      for (let count = 0; count < maxPerTick && due < planned; count++) {
        const atMs = startedAtMs + (due * 1_000) / targetRps
        if (atMs > nowMs) return
        enqueue(atMs)
      }
    },
  }
}

/**
 * Runs a test in an open loop: request `i` is due at `i / rate`, whether or not those before it have been answered, and its latency counts
 * from then. Warm-up requests are sent and not counted. What would cost more than the cap is not sent. The gateway is never given more than
 * `maxInFlight` requests at once: what has to wait waits here.
 */
export function runLoadTest(options: RunOptions): LoadRun {
  const { plan, deps, maxInFlight, onEnd } = options
  const { durationMs, warmUpMs } = plan
  const tally = createLoadTally()
  const purse = createPurse(plan)
  const abort = new AbortController()
  const startedAtMs = deps.now()
  const latestAtMs = startedAtMs + durationMs + warmUpMs + drainMs
  const schedule = createSchedule(plan, startedAtMs)
  let [sent, inFlight, unanswered, lastAtMs] = [0, 0, 0, startedAtMs]
  let endedAtMs: number | undefined
  let end: LoadTestEnd | undefined
  let cancelTimer: () => void = () => undefined

  const finish = (reason: LoadTestEnd): void => {
    if (end !== undefined) return
    end = reason
    endedAtMs = deps.now()
    unanswered = inFlight
    cancelTimer()
    // What has not been answered by now is given up.
    abort.abort()
    onEnd(reason)
  }
  const send = async ({ target, atMs, isMeasured }: Due): Promise<void> => {
    const expected = purse.take(target)
    if (expected === undefined) return finish('cost_cap')
    sent++
    inFlight++
    const outcome = await sendRequest(target, atMs, { ...options, signal: abort.signal })
    inFlight--
    purse.settle(expected, outcome.costNanoUsd)
    if (isMeasured && end === undefined) {
      tally.add(outcome)
      lastAtMs = deps.now()
    }
    pump()
  }
  const place = (): Due | undefined => (end === undefined && inFlight < maxInFlight ? schedule.next() : undefined)
  const pump = (): void => {
    for (let next = place(); next !== undefined; next = place()) void send(next)
  }
  const tick = (): void => {
    const nowMs = deps.now()
    schedule.enqueueDue(nowMs)
    pump()
    const isOver = (schedule.isEmpty() && inFlight === 0) || nowMs > latestAtMs
    const reason = breached(plan, tally) ?? (isOver ? 'completed' : undefined)
    if (reason !== undefined) finish(reason)
    else if (end === undefined) cancelTimer = deps.setTimer(tick, tickMs)
  }
  cancelTimer = deps.setTimer(tick, 0)
  return {
    stop: finish,
    progress: () => {
      const elapsedMs = (endedAtMs ?? deps.now()) - startedAtMs
      const measuredMs = end === 'completed' ? Math.max(durationMs, lastAtMs - startedAtMs - warmUpMs) : elapsedMs - warmUpMs
      const counts = { planned: schedule.planned, sent, inFlight, notSent: schedule.notSent(), unanswered }
      return { elapsedMs, ...counts, tally, end, measuredMs: Math.max(1, measuredMs) }
    },
  }
}
