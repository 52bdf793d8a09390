import { describe, expect, it } from 'vitest'
import type { Attempt } from '../call/call.ts'
import type { Receipt } from '../call/receipt.ts'
import { type Deps, systemDeps } from '../deps.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { ExperimentPlan } from './experiment.ts'
import { type Fault, type FaultType, faultTypes } from './fault.ts'
import { createFaultInjector } from './fault-injector.ts'
import { type ExperimentWorld, startExperiment } from './start-experiment.ts'

const messages = [{ role: 'user' as const, content: 'one two three four five six seven eight' }]

/** Time that passes only when somebody sleeps or the test says so. */
function stage() {
  let nowMs = 1_000_000
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  const pass = (ms: number): void => {
    nowMs += ms
    for (const timer of [...timers].sort((a, b) => a.atMs - b.atMs)) {
      if (timer.atMs <= nowMs && timers.delete(timer)) timer.run()
    }
  }
  const deps: Deps = {
    ...systemDeps,
    now: () => nowMs,
    random: () => 0.5,
    sleep: async (ms) => pass(ms),
    setTimer: (run, ms) => {
      const timer = { atMs: nowMs + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  return { deps, pass }
}

interface Set {
  readonly engine: Engine
  readonly deps: Deps
  readonly pass: (ms: number) => void
  readonly injector: ReturnType<typeof createFaultInjector>
}

/** Two demo providers; the second is a fallback where there is one. */
function setUp(withFallback = true): Set {
  const { deps, pass } = stage()
  const injector = createFaultInjector(deps)
  const engine = createEngine({
    deps,
    targetFilter: injector.targetFilter,
    providers: [
      { name: 'first', type: 'demo' },
      { name: 'second', type: 'demo' },
    ],
    models: [{ name: 'safe', targets: ['first/echo'], fallbacks: withFallback ? ['second/echo'] : [] }],
  })
  return { engine, deps, pass, injector }
}

const fault = (extra: Partial<Fault>): Fault => ({ type: 'error', probability: 1, severity: 'medium', target: 'first', ...extra })
const conditions: Readonly<Record<string, (read: (name: string) => number | undefined) => boolean | undefined>> = {
  'success_rate >= 0.99': (read) => (read('success_rate') === undefined ? undefined : (read('success_rate') ?? 0) >= 0.99),
}

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

function start(set: Set, asked: ExperimentPlan = plan(), world: Partial<ExperimentWorld> = {}) {
  return startExperiment('x', asked, {
    deps: set.deps,
    injector: set.injector,
    parseCondition: (text) => conditions[text] ?? (() => undefined),
    readBefore: () => undefined,
    isUnsettled: () => set.engine.health().some(({ circuit }) => circuit === 'open'),
    ...world,
  })
}

async function send(set: Set, count: number, onReceipt: (receipt: Receipt) => void, stream = false, model = 'safe'): Promise<void> {
  for (let i = 0; i < count; i++) {
    const opened = set.engine.open({ model, messages, stream }, { onSettled: onReceipt })
    const answer = await opened.run(set.engine.handler).catch(() => undefined)
    if (answer?.type !== 'stream') continue
    try {
      for await (const batch of answer.batches) void batch
    } catch {
      // What the client sees is on the receipt.
    }
  }
}

async function strikeOnce(injected: Fault, stream: boolean): Promise<readonly Attempt[]> {
  const set = setUp()
  set.injector.arm({ faults: [injected], radius: {}, random: () => 0, onInjected: () => undefined })
  const receipts: Receipt[] = []
  await send(set, 1, (receipt) => receipts.push(receipt), stream)
  return receipts[0]?.attempts ?? []
}

describe('a fault', () => {
  it.each<[Partial<Fault>, string]>([
    [{ type: 'error' }, 'server'],
    [{ type: 'error', errorCode: 400 }, 'caller'],
    [{ type: 'rate_limit' }, 'rate_limit'],
    [{ type: 'timeout' }, 'silence'],
    [{ type: 'network_failure' }, 'connection'],
    [{ type: 'delay', durationMs: 500 }, 'success'],
    [{ type: 'delay', durationMs: 10_000_000 }, 'silence'],
    [{ type: 'slow_first_token', durationMs: 500 }, 'success'],
    [{ type: 'cut', afterTokens: 2 }, 'connection'],
    [{ type: 'stall', afterTokens: 2 }, 'silence'],
    [{ type: 'malformed', afterTokens: 2 }, 'bad_answer'],
    [{ type: 'missing_end' }, 'bad_answer'],
  ])('%j makes an attempt at a stream end as %s, and is on its record', async (extra, outcome) => {
    const [attempt] = await strikeOnce(fault(extra), true)
    expect([attempt?.outcome, attempt?.faults]).toEqual([outcome, [extra.type]])
  })

  it.each(faultTypes)('%s has a meaning for plain answers too', async (type) => {
    const [attempt] = await strikeOnce(fault({ type, durationMs: 1 }), false)
    expect(attempt?.faults).toEqual([type])
  })

  it('strikes only what it aims at and whom the radius holds', async () => {
    const set = setUp()
    const hits: string[] = []
    const arm = (radius: object, target: string): void => {
      set.injector.arm({ faults: [fault({ target })], radius, random: () => 0, onInjected: () => hits.push(target) })
    }
    arm({ targets: ['second'] }, 'first')
    arm({ keys: ['somebody'] }, 'first/echo')
    arm({ share: 0 }, 'first')
    arm({}, 'first/lorem')
    await send(set, 1, () => undefined)
    expect(hits).toEqual([])
  })

  it('meets a share of the calls, not of their attempts', async () => {
    const set = setUp(false)
    const draws = [0.6, 0.4, 0, 0]
    const hits: Fault[] = []
    const charge = {
      faults: [fault({})],
      radius: { share: 0.5 },
      random: () => draws.shift() ?? 1,
      onInjected: (one: Fault) => hits.push(one),
    }
    set.injector.arm(charge)
    const receipts: Receipt[] = []
    await send(set, 2, (receipt) => receipts.push(receipt))
    const faults = receipts.map(({ attempts }) => attempts.map((attempt) => attempt.faults?.length ?? 0))
    expect(faults).toEqual([[0], [1, 1]])
    expect([hits.length, draws.length]).toEqual([2, 0])
  })

  it.each<[FaultType, boolean]>([
    ['delay', false],
    ['timeout', false],
    ['timeout', true],
    ['stall', false],
    ['stall', true],
  ])('%s lets go of what it holds up when it is taken out (stream: %j)', async (type, stream) => {
    const set = setUp(false)
    let held = 0
    const real = { ...set.deps, sleep: systemDeps.sleep }
    const sleep: Deps['sleep'] = (ms, signal) => {
      held++
      return systemDeps.sleep(ms, signal)
    }
    const injector = createFaultInjector({ ...real, sleep })
    const engine = createEngine({ deps: real, targetFilter: injector.targetFilter, providers: [{ name: 'first', type: 'demo' }] })
    const disarm = injector.arm({ faults: [fault({ type, afterTokens: 1 })], radius: {}, random: () => 0, onInjected: () => undefined })
    const receipts: Receipt[] = []
    const sent = send({ ...set, engine }, 1, (receipt) => receipts.push(receipt), stream, 'first/echo')
    for (let turn = 0; turn < 1_000 && held === 0; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect([held, receipts.length]).toEqual([1, 0])
    disarm()
    await sent
    expect(receipts).toMatchObject([{ outcome: 'complete', attempts: [{ outcome: 'success', faults: [type] }] }])
  })
})

describe('an experiment', () => {
  it('passes where a fallback answers, and fails where there is none', async () => {
    const verdicts = []
    for (const withFallback of [true, false]) {
      const set = setUp(withFallback)
      const running = start(set)
      await send(set, 60, running.onReceipt)
      set.pass(60_000)
      set.pass(400_000)
      verdicts.push(running.report().verdict)
    }
    expect(verdicts).toEqual(['PASS', 'FAIL'])
  })

  it('is the same with the same seed', async () => {
    const reports = []
    for (const seed of [7, 7, 8]) {
      const set = setUp()
      const running = start(set, plan({ seed }))
      await send(set, 40, running.onReceipt)
      set.pass(60_000)
      reports.push(JSON.stringify({ ...running.report(), plan: undefined }))
    }
    expect(reports[0]).toBe(reports[1])
    expect(reports[0]).not.toBe(reports[2])
  })

  it('ends itself when the steady state breaks, and faults end with it', async () => {
    const set = setUp(false)
    const running = start(set, plan({ faults: [fault({ errorCode: 400 })] }))
    await send(set, 30, running.onReceipt)
    set.pass(1_000)
    expect(running.report()).toMatchObject({ status: 'aborted', verdict: 'FAIL', injected: { error: 30 } })
    const receipts: Receipt[] = []
    await send(set, 1, (receipt) => receipts.push(receipt))
    expect(receipts).toMatchObject([{ outcome: 'complete' }])
  })

  it('stops by hand at once, and says that nothing was shown when nothing was struck', () => {
    const set = setUp()
    const running = start(set)
    running.stop()
    expect(running.report()).toMatchObject({ status: 'stopped', verdict: 'INCONCLUSIVE' })
  })

  it('does not begin when the steady state does not hold before', async () => {
    const set = setUp()
    const before = (requests: number) => (name: string) => ({ success_rate: 0.9, requests })[name]
    start(set, plan(), { readBefore: before(19) }).stop()
    expect(() => start(set, plan(), { readBefore: before(20) })).toThrow('does not hold now')
    const receipts: Receipt[] = []
    await send(set, 10, (receipt) => receipts.push(receipt))
    expect(receipts.flatMap(({ attempts }) => attempts).filter(({ faults }) => faults !== undefined)).toEqual([])
  })

  it('notices a late outage in a long experiment by the figures of the last moments', async () => {
    const set = setUp()
    let recent = 1
    const readRecent = (name: string) => (name === 'success_rate' ? recent : name === 'requests' ? 50 : undefined)
    const running = start(set, plan({ durationMs: 600_000 }), { readRecent })
    await send(set, 200, running.onReceipt)
    set.pass(1_000)
    expect(running.report().status).toBe('running')
    recent = 0.5
    set.pass(1_000)
    expect(running.report()).toMatchObject({ status: 'aborted', verdict: 'FAIL', steadyState: [{ held: false }] })
  })

  it('ends by an abort condition', async () => {
    const set = setUp()
    const running = start(set, plan({ abortWhen: ['requests > 30'] }), {
      parseCondition: (text) => (read) => (text === 'requests > 30' ? (read('requests') ?? 0) > 30 : true),
    })
    await send(set, 31, running.onReceipt)
    set.pass(1_000)
    expect(running.report()).toMatchObject({ status: 'aborted', reasons: ['Ended early: "requests > 30".', expect.any(String)] })
  })

  it('is undecided when a condition can’t be judged', async () => {
    const set = setUp()
    const running = start(set, plan({ steadyState: ['unknown > 1'] }))
    await send(set, 30, running.onReceipt)
    set.pass(60_000)
    expect(running.report()).toMatchObject({ verdict: 'INCONCLUSIVE', steadyState: [{ held: undefined }] })
  })

  it('passes while circuits still close, and fails when they never do', async () => {
    const set = setUp()
    let unsettled = true
    const running = start(set, plan(), { isUnsettled: () => unsettled })
    await send(set, 40, running.onReceipt)
    set.pass(60_000)
    expect(running.report()).toMatchObject({ verdict: 'PASS', recoveryMs: undefined })
    for (let second = 0; second <= 600; second++) set.pass(1_000)
    expect(running.report()).toMatchObject({ verdict: 'FAIL', recoveryMs: undefined })
    unsettled = false
    expect(running.report().verdict).toBe('FAIL')
  })

  it('counts what callers saw of requests that were under way at its end, and nothing that began later', async () => {
    const set = setUp()
    const running = start(set)
    const receipts: Receipt[] = []
    await send(set, 1, (receipt) => receipts.push(receipt))
    set.pass(1)
    running.stop()
    for (const receipt of receipts) running.onReceipt(receipt)
    await send(set, 5, running.onReceipt)
    expect(running.report().clients.requests).toBe(1)
  })

  it('holds nothing against the service that callers did themselves', async () => {
    const set = setUp(false)
    const running = start(set, plan({ faults: [] }))
    await send(set, 3, running.onReceipt, false, 'nobody/nothing')
    const opened = set.engine.open({ model: 'safe', messages }, { onSettled: running.onReceipt })
    opened.stop(new ProxyApiError({ code: 'client_closed_request', message: 'left' }))
    await send(set, 1, running.onReceipt)
    expect(running.report().clients).toMatchObject({ requests: 1, failed: 0, abandoned: 0 })
  })
})
