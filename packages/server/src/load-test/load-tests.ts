import { type Deps, type Engine, ProxyApiError } from '@proxyapi/core'
import { createSteadyClock } from '@proxyapi/core/serving'
import { chooseTargets } from './choose-targets.ts'
import { estimate, type LoadEstimate, type LoadTestBody, type LoadTestPlan, toPlan } from './load-test-plan.ts'
import { type LoadTestReport, toReport } from './load-test-report.ts'
import { type LoadRun, type LoadTestEnd, runLoadTest } from './run-load-test.ts'
import type { AskGateway } from './send-request.ts'

/** Keeps reports over restarts. A store that fails costs reports and nothing else. */
export interface LoadTestStore {
  /** Newest first. */
  readonly load: () => readonly LoadTestReport[]
  readonly save: (report: LoadTestReport) => void
}

export interface LoadTestsOptions {
  readonly engine: () => Engine
  readonly ask: AskGateway
  /** Lets requests of the test in while it runs. */
  readonly credential: string
  /** Places for requests of clients: a test takes half of them at most. */
  readonly maxInFlight: () => number
  readonly store?: LoadTestStore | undefined
  /** Called when a test begins and when it has ended. */
  readonly onChange?: ((report: LoadTestReport) => void) | undefined
  readonly deps: Deps
}

/** The load tests of a gateway, one at a time. */
export interface LoadTests {
  /** @throws ProxyApiError `conflict` while another runs, and for providers or models that there are not */
  readonly start: (body: LoadTestBody) => Promise<LoadTestReport>
  readonly estimate: (body: LoadTestBody) => Promise<{ readonly plan: LoadTestPlan; readonly estimate: LoadEstimate }>
  readonly find: (id: string) => LoadTestReport | undefined
  /** Newest first. */
  readonly list: () => readonly LoadTestReport[]
  /** `undefined` when there is none of this id. One that has ended stays as it is. */
  readonly stop: (id: string) => LoadTestReport | undefined
  readonly isRunning: () => boolean
  /** Calls back each second with the test as it stands, and once when it has ended. Returns a function that ends that; `undefined` when there are too many listeners. */
  readonly follow: (listener: (report: LoadTestReport) => void) => (() => void) | undefined
  readonly close: () => void
}

/** Reports that are remembered. */
const maxKept = 50
const maxListeners = 10
const progressMs = 1_000
/** Above this a process has other things to do, however many clients it may have. */
const mostInFlight = 1_000

interface Running {
  readonly id: string
  readonly report: () => LoadTestReport
  readonly run: LoadRun
}

function busy(id: string): ProxyApiError {
  return new ProxyApiError({ code: 'conflict', message: `The load test ${id} is running; stop it with POST /api/load-test/${id}/stop.` })
}

/** Who follows the test that runs, and when they are told. */
function createFollowers(report: () => LoadTestReport | undefined, { setTimer }: Pick<Deps, 'setTimer'>) {
  const listeners = new Set<(report: LoadTestReport) => void>()
  let cancelTimer: () => void = () => undefined
  const tell = (): void => {
    const now = report()
    if (now !== undefined) for (const listener of listeners) listener(now)
  }
  const everySecond = (): void => {
    tell()
    cancelTimer = setTimer(everySecond, progressMs)
  }
  return {
    tell,
    begin: (): void => {
      cancelTimer = setTimer(everySecond, progressMs)
    },
    end: (): void => cancelTimer(),
    add: (listener: (report: LoadTestReport) => void): (() => void) | undefined => {
      if (listeners.size >= maxListeners) return undefined
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Reports of tests that have ended. */
function createKeptReports(store: LoadTestStore | undefined) {
  let kept: readonly LoadTestReport[] = store?.load().slice(0, maxKept) ?? []
  const find = (id: string): LoadTestReport | undefined => kept.find((report) => report.test_id === id)
  return {
    find,
    list: (): readonly LoadTestReport[] => kept,
    keep: (report: LoadTestReport): void => {
      kept = [report, ...kept].slice(0, maxKept)
      store?.save(report)
    },
    /** The one to compare with. @throws ProxyApiError `invalid_request` when there is none of this id */
    earlierOf: ({ compareTo }: LoadTestPlan): LoadTestReport | undefined => {
      const found = compareTo === undefined ? undefined : find(compareTo)
      if (compareTo === undefined || found !== undefined) return found
      throw new ProxyApiError({
        code: 'invalid_request',
        message: `There is no load test "${compareTo}" to compare with.`,
        param: 'compare_to',
      })
    },
  }
}

export function createLoadTests(options: LoadTestsOptions): LoadTests {
  const { engine, ask, credential, maxInFlight, deps } = options
  const kept = createKeptReports(options.store)
  let running: Running | undefined
  let isStarting = false
  const followers = createFollowers(() => running?.report(), deps)

  const planOf = async (body: LoadTestBody) => {
    const plan = toPlan(body, await chooseTargets(body, engine()))
    return { plan, estimate: estimate(plan) }
  }
  const onEnd = (): void => {
    const ended = running
    if (ended === undefined) return
    followers.end()
    const last = ended.report()
    kept.keep(last)
    followers.tell()
    running = undefined
    options.onChange?.(last)
  }
  const begin = async (body: LoadTestBody): Promise<LoadTestReport> => {
    const { plan, estimate: expected } = await planOf(body)
    const earlier = kept.earlierOf(plan)
    const id = deps.newId()
    const now = createSteadyClock(deps)
    const startedAtMs = now()
    const places = Math.max(1, Math.min(mostInFlight, Math.floor(maxInFlight() / 2)))
    const run = runLoadTest({ ask, plan, testId: id, credential, deps: { ...deps, now }, maxInFlight: places, onEnd })
    const report = (): LoadTestReport => toReport({ id, plan, estimate: expected, startedAtMs, progress: run.progress(), earlier })
    running = { id, report, run }
    followers.begin()
    const first = report()
    options.onChange?.(first)
    return first
  }
  const stop = (end: LoadTestEnd): void => running?.run.stop(end)
  return {
    estimate: planOf,
    start: async (body) => {
      if (running !== undefined || isStarting) throw busy(running?.id ?? 'that is being started')
      isStarting = true
      try {
        return await begin(body)
      } finally {
        isStarting = false
      }
    },
    find: (id) => (running?.id === id ? running.report() : kept.find(id)),
    list: () => (running === undefined ? kept.list() : [running.report(), ...kept.list()]),
    stop: (id) => {
      if (running?.id === id) stop('stopped')
      return kept.find(id)
    },
    isRunning: () => running !== undefined,
    follow: followers.add,
    close: () => stop('closed'),
  }
}
