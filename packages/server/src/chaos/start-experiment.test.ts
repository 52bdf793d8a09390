import { chat, createEngine, type Deps, type Engine, ProxyApiError, type Receipt, systemDeps } from '@proxyapi/core'
import { createFaultInjector, type InjectedFault } from '@proxyapi/core/chaos'
import type { ReadSignal } from '@proxyapi/logging'
import { describe, expect, it } from 'vitest'
import type { ExperimentPlan } from './experiment.ts'
import { type ExperimentDeps, startExperiment } from './start-experiment.ts'

const messages = [{ role: 'user' as const, content: 'one two three four five six seven eight' }]

/** A clock that moves only when something sleeps or the test advances it. */
function createClock() {
  let nowMs = 1_000_000
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  const advance = (ms: number): void => {
    nowMs += ms
    for (const timer of [...timers].sort((a, b) => a.atMs - b.atMs)) {
      if (timer.atMs <= nowMs && timers.delete(timer)) timer.run()
    }
  }
  const deps: Deps = {
    ...systemDeps,
    defer: (run) => run(),
    now: () => nowMs,
    monotonicNow: () => nowMs,
    random: () => 0.5,
    sleep: async (ms) => advance(ms),
    setTimer: (run, ms) => {
      const timer = { atMs: nowMs + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  return { deps, advance }
}

interface Setup {
  readonly engine: Engine
  readonly deps: Deps
  readonly advance: (ms: number) => void
  readonly injector: ReturnType<typeof createFaultInjector>
}

/** Two demo providers; the second is a fallback where there is one. */
function setUp(withFallback = true): Setup {
  const { deps, advance } = createClock()
  const injector = createFaultInjector(deps)
  const engine = createEngine({
    deps,
    targetFilters: [injector.targetFilter],
    providers: [
      { name: 'first', type: 'demo' },
      { name: 'second', type: 'demo' },
    ],
    models: [{ name: 'safe', targets: ['first/echo'], fallbacks: withFallback ? ['second/echo'] : [] }],
  })
  return { engine, deps, advance, injector }
}

const fault = (extra: Partial<InjectedFault>): InjectedFault => ({
  type: 'error',
  probability: 1,
  severity: 'medium',
  target: 'first',
  ...extra,
})
const plan = (extra: Partial<ExperimentPlan> = {}): ExperimentPlan => ({
  name: 'test',
  durationMs: 60_000,
  faults: [fault({ probability: 0.5 })],
  radius: {},
  seed: 7,
  steadyState: ['success_rate >= 0.99'],
  abortWhen: [],
  ...extra,
})

function start(setup: Setup, asked: ExperimentPlan = plan(), options: Partial<ExperimentDeps> = {}) {
  return startExperiment('x', asked, {
    deps: setup.deps,
    injector: setup.injector,
    readBefore: () => undefined,
    readGauge: () => undefined,
    hasOpenCircuit: () => setup.engine.health().some(({ circuit }) => circuit === 'open'),
    ...options,
  })
}

async function send(setup: Setup, count: number, onReceipt: (receipt: Receipt) => void, stream = false, model = 'safe'): Promise<void> {
  for (let i = 0; i < count; i++) {
    const opened = setup.engine.open(chat, { model, messages, stream }, { onSettled: onReceipt })
    const answer = await opened.run(setup.engine.handler(chat)).catch(() => undefined)
    if (answer?.type !== 'stream') continue
    try {
      for await (const batch of answer.batches) void batch
    } catch {
      // What the client sees is on the receipt.
    }
  }
}

describe('an experiment', () => {
  it('passes where a fallback answers, and fails where there is none', async () => {
    const verdicts = []
    for (const withFallback of [true, false]) {
      const setup = setUp(withFallback)
      const running = start(setup)
      await send(setup, 60, running.onReceipt)
      setup.advance(60_000)
      setup.advance(400_000)
      verdicts.push(running.report().verdict)
    }
    expect(verdicts).toEqual(['PASS', 'FAIL'])
  })

  it('is the same with the same seed', async () => {
    const reports = []
    for (const seed of [7, 7, 8]) {
      const setup = setUp()
      const running = start(setup, plan({ seed }))
      await send(setup, 40, running.onReceipt)
      setup.advance(60_000)
      reports.push(JSON.stringify({ ...running.report(), plan: undefined }))
    }
    expect(reports[0]).toBe(reports[1])
    expect(reports[0]).not.toBe(reports[2])
  })

  it('ends when the steady state breaks, and its faults end with it', async () => {
    const setup = setUp(false)
    const running = start(setup, plan({ faults: [fault({ errorCode: 400 })] }))
    await send(setup, 30, running.onReceipt)
    setup.advance(1_000)
    expect(running.report()).toMatchObject({ status: 'aborted', verdict: 'FAIL', injected: { error: 30 } })
    const receipts: Receipt[] = []
    await send(setup, 1, (receipt) => receipts.push(receipt))
    expect(receipts).toMatchObject([{ outcome: 'complete' }])
  })

  it('stops on demand, and is undecided when no request met a fault', () => {
    const setup = setUp()
    const running = start(setup)
    running.stop()
    expect(running.report()).toMatchObject({ status: 'stopped', verdict: 'INCONCLUSIVE' })
  })

  it('does not begin when the steady state does not hold before', async () => {
    const setup = setUp()
    const before =
      (requests: number): ReadSignal =>
      (name) =>
        new Map<string, number>(Object.entries({ success_rate: 0.9, requests })).get(name)
    start(setup, plan(), { readBefore: before(19) }).stop()
    expect(() => start(setup, plan(), { readBefore: before(20) })).toThrow('does not hold now')
    const receipts: Receipt[] = []
    await send(setup, 10, (receipt) => receipts.push(receipt))
    expect(receipts.flatMap(({ attempts }) => attempts).filter(({ faults }) => faults !== undefined)).toEqual([])
  })

  it('notices a late outage in a long experiment by the last minute', async () => {
    const setup = setUp()
    const faults = [fault({ target: 'second', errorCode: 400 })]
    const running = start(setup, plan({ durationMs: 600_000, faults, steadyState: ['success_rate >= 0.5'] }))
    await send(setup, 200, running.onReceipt)
    setup.advance(120_000)
    expect(running.report().status).toBe('running')
    await send(setup, 30, running.onReceipt, false, 'second/echo')
    setup.advance(1_000)
    expect(running.report()).toMatchObject({ status: 'aborted', verdict: 'FAIL', steadyState: [{ held: false }] })
    expect(running.report().clients.successRate).toBeGreaterThan(0.8)
  })

  it('ends by an abort condition', async () => {
    const setup = setUp()
    const running = start(setup, plan({ abortWhen: ['requests > 30'] }))
    await send(setup, 31, running.onReceipt)
    setup.advance(1_000)
    expect(running.report()).toMatchObject({ status: 'aborted', reasons: ['Ended early: "requests > 30".', expect.any(String)] })
  })

  it('is undecided when a condition can’t be judged', async () => {
    const setup = setUp()
    const running = start(setup, plan({ steadyState: ['memory_usage < 1'] }))
    await send(setup, 30, running.onReceipt)
    setup.advance(60_000)
    expect(running.report()).toMatchObject({ verdict: 'INCONCLUSIVE', steadyState: [{ held: undefined }] })
  })

  it('passes while circuits still close, and fails when they never do', async () => {
    const setup = setUp()
    let isOpen = true
    const running = start(setup, plan(), { hasOpenCircuit: () => isOpen })
    await send(setup, 40, running.onReceipt)
    setup.advance(60_000)
    expect(running.report()).toMatchObject({ verdict: 'PASS', recoveryMs: undefined })
    for (let second = 0; second <= 600; second++) setup.advance(1_000)
    expect(running.report()).toMatchObject({ verdict: 'FAIL', recoveryMs: undefined })
    isOpen = false
    expect(running.report().verdict).toBe('FAIL')
  })

  it('counts requests that were under way at its end, and none that began later', async () => {
    const setup = setUp()
    const running = start(setup)
    const receipts: Receipt[] = []
    await send(setup, 1, (receipt) => receipts.push(receipt))
    setup.advance(1)
    running.stop()
    for (const receipt of receipts) running.onReceipt(receipt)
    await send(setup, 5, running.onReceipt)
    expect(running.report().clients.requests).toBe(1)
  })

  it('keeps its report for days', async () => {
    const setup = setUp()
    const running = start(setup)
    await send(setup, 60, running.onReceipt)
    setup.advance(60_000)
    const { clients, steadyState } = running.report()
    expect(clients.p50Ms).toBeTypeOf('number')
    setup.advance(100 * 3_600_000)
    expect(running.report()).toMatchObject({ clients, steadyState })
  })

  it('judges a gauge by what it was while the experiment ran', async () => {
    const setup = setUp()
    let memory = 0.5
    const readGauge: ReadSignal = (name) => (name === 'memory_usage' ? memory : undefined)
    const running = start(setup, plan({ steadyState: ['memory_usage < 0.9'] }), { readGauge })
    await send(setup, 30, running.onReceipt)
    setup.advance(1_000)
    running.stop()
    memory = 1
    expect(running.report()).toMatchObject({ verdict: 'PASS', steadyState: [{ held: true }] })
  })

  it('ignores failures that are the caller’s own mistake', async () => {
    const setup = setUp(false)
    const running = start(setup, plan({ faults: [] }))
    await send(setup, 3, running.onReceipt, false, 'nobody/nothing')
    const opened = setup.engine.open(chat, { model: 'safe', messages }, { onSettled: running.onReceipt })
    opened.stop(new ProxyApiError({ code: 'client_closed_request', message: 'left' }))
    await send(setup, 1, running.onReceipt)
    expect(running.report().clients).toMatchObject({ requests: 1, failed: 0, abandoned: 0 })
  })
})
