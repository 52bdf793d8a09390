import { describe, expect, it } from 'vitest'
import type { Attempt } from '../call/attempt.ts'
import type { CallOptions } from '../call/call-options.ts'
import type { Receipt } from '../call/receipt.ts'
import { type Deps, systemDeps } from '../deps.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import { chat } from '../operations/chat.ts'
import { createFaultInjector } from './fault-injector.ts'
import { type FaultType, faultTypes, type InjectedFault } from './injected-fault.ts'

const messages = [{ role: 'user' as const, content: 'one two three four five six seven eight' }]

/** A clock that moves only when something sleeps. */
function createClock() {
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
    defer: (run) => run(),
    setTimer: (run, ms) => {
      const timer = { atMs: nowMs + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  return { deps, pass }
}

interface Setup {
  readonly engine: Engine
  readonly deps: Deps
  readonly pass: (ms: number) => void
  readonly injector: ReturnType<typeof createFaultInjector>
}

/** Two demo providers; the second is a fallback where there is one. */
function setUp(withFallback = true): Setup {
  const { deps, pass } = createClock()
  const injector = createFaultInjector(deps)
  const engine = createEngine({
    deps,
    targetFilters: [injector.targetFilter],
    providers: [
      { name: 'first', type: 'demo' },
      { name: 'second', type: 'demo' },
    ],
    models: [
      { name: 'safe', targets: ['first/echo'], fallbacks: withFallback ? ['second/echo'] : [] },
      ...['embed', 'rerank', 'moderation'].map((name) => ({ name, targets: [`first/${name}`], fallbacks: [`second/${name}`] })),
    ],
  })
  return { engine, deps, pass, injector }
}

const fault = (extra: Partial<InjectedFault>): InjectedFault => ({
  type: 'error',
  probability: 1,
  severity: 'medium',
  target: 'first',
  ...extra,
})
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

async function attemptsWith(injected: InjectedFault, stream: boolean): Promise<readonly Attempt[]> {
  const setup = setUp()
  setup.injector.enable({ faults: [injected], radius: {}, random: () => 0, onInjected: () => undefined })
  const receipts: Receipt[] = []
  await send(setup, 1, (receipt) => receipts.push(receipt), stream)
  return receipts[0]?.attempts ?? []
}

describe('a fault', () => {
  it.each<[Partial<InjectedFault>, string]>([
    [{ type: 'error' }, 'server'],
    [{ type: 'error', errorCode: 400 }, 'invalid_request'],
    [{ type: 'rate_limit' }, 'rate_limit'],
    [{ type: 'timeout' }, 'timeout'],
    [{ type: 'network_failure' }, 'connection'],
    [{ type: 'delay', durationMs: 500 }, 'success'],
    [{ type: 'delay', durationMs: 10_000_000 }, 'timeout'],
    [{ type: 'slow_first_token', durationMs: 500 }, 'success'],
    [{ type: 'cut', afterTokens: 2 }, 'connection'],
    [{ type: 'stall', afterTokens: 2 }, 'timeout'],
    [{ type: 'malformed', afterTokens: 2 }, 'invalid_response'],
    [{ type: 'missing_end' }, 'invalid_response'],
  ])('%j ends an attempt at a stream as %s, and is on its record', async (extra, outcome) => {
    const [attempt] = await attemptsWith(fault(extra), true)
    expect([attempt?.outcome, attempt?.faults]).toEqual([outcome, [extra.type]])
  })

  it.each(faultTypes)('%s works on whole answers too', async (type) => {
    const [attempt] = await attemptsWith(fault({ type, durationMs: 1 }), false)
    expect(attempt?.faults).toEqual([type])
  })

  const texts = { type: 'texts', texts: ['a'] } as const
  const operations: readonly (readonly [string, (engine: Engine, options: CallOptions) => Promise<unknown>])[] = [
    ['embeddings', (engine, options) => engine.embed({ model: 'embed', input: ['a'] }, options)],
    ['rerank', (engine, options) => engine.rerank({ model: 'rerank', query: 'a', documents: ['a'] }, options)],
    ['moderations', (engine, options) => engine.moderate({ model: 'moderation', input: texts }, options)],
  ]
  const delays: readonly FaultType[] = ['delay', 'slow_first_token']

  it.each(operations.flatMap(([name, ask]) => faultTypes.map((type) => [name, type, ask] as const)))(
    'strikes %s: %s sends it to the next target, or delays it',
    async (name, type, ask) => {
      const { engine, injector } = setUp()
      injector.enable({ faults: [fault({ type, durationMs: 1 })], radius: {}, random: () => 0, onInjected: () => undefined })
      const receipts: Receipt[] = []
      await ask(engine, { onSettled: (receipt) => receipts.push(receipt) })
      const isDelay = delays.includes(type)
      expect(receipts).toMatchObject([{ operation: name, outcome: 'complete', provider: isDelay ? 'first' : 'second' }])
      expect(receipts[0]?.attempts[0]).toMatchObject({ provider: 'first', faults: [type] })
    },
  )

  it('is injected only at its target and within the radius', async () => {
    const setup = setUp()
    const hits: string[] = []
    const enable = (radius: object, target: string): void => {
      setup.injector.enable({ faults: [fault({ target })], radius, random: () => 0, onInjected: () => hits.push(target) })
    }
    enable({ targets: ['second'] }, 'first')
    enable({ keys: ['somebody'] }, 'first/echo')
    enable({ share: 0 }, 'first')
    enable({}, 'first/lorem')
    await send(setup, 1, () => undefined)
    expect(hits).toEqual([])
  })

  it('is injected into a share of the calls, not of their attempts', async () => {
    const setup = setUp(false)
    const draws = [0.6, 0.4, 0, 0]
    const hits: InjectedFault[] = []
    const faultPlan = {
      faults: [fault({})],
      radius: { share: 0.5 },
      random: () => draws.shift() ?? 1,
      onInjected: (one: InjectedFault) => hits.push(one),
    }
    setup.injector.enable(faultPlan)
    const receipts: Receipt[] = []
    await send(setup, 2, (receipt) => receipts.push(receipt))
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
  ])('%s releases the attempts that it delays when it is revoked (stream: %j)', async (type, stream) => {
    const setup = setUp(false)
    let held = 0
    const real = { ...setup.deps, sleep: systemDeps.sleep }
    const sleep: Deps['sleep'] = (ms, signal) => {
      held++
      return systemDeps.sleep(ms, signal)
    }
    const injector = createFaultInjector({ ...real, sleep })
    const engine = createEngine({ deps: real, targetFilters: [injector.targetFilter], providers: [{ name: 'first', type: 'demo' }] })
    const revoke = injector.enable({ faults: [fault({ type, afterTokens: 1 })], radius: {}, random: () => 0, onInjected: () => undefined })
    const receipts: Receipt[] = []
    const sent = send({ ...setup, engine }, 1, (receipt) => receipts.push(receipt), stream, 'first/echo')
    for (let turn = 0; turn < 1_000 && held === 0; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect([held, receipts.length]).toEqual([1, 0])
    revoke()
    await sent
    expect(receipts).toMatchObject([{ outcome: 'complete', attempts: [{ outcome: 'success', faults: [type] }] }])
  })
})
