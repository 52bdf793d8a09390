import { type Deps, systemDeps } from '@proxyapi/core'
import { afterEach, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'
import type { GatewayDeps } from '../state/gateway-deps.ts'
import type { LoadTestReport } from './load-test-report.ts'

const adminKey = 'admin-key-0123456789'
const keys = { auth: { api_keys: [{ name: 'ops', key: adminKey, role: 'admin' }, 'a-client-key-0123'] } }

/** A clock that passes when it is told to; what answers takes the time that `tookMs` says. */
function createWorld(tookMs: () => number, status: () => number = () => 200) {
  let nowMs = 1_000_000
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  let sent = 0
  const setTimer: Deps['setTimer'] = (run, ms) => {
    const timer = { atMs: nowMs + ms, run }
    timers.add(timer)
    return () => timers.delete(timer)
  }
  const fetch = async (): Promise<Response> => {
    sent++
    await new Promise<void>((resolve) => setTimer(resolve, tookMs()))
    if (status() !== 200) return Response.json({ error: { message: 'broken' } }, { status: status() })
    const message = { role: 'assistant', content: 'Hello' }
    const usage = { prompt_tokens: 1_000, completion_tokens: 1_000, total_tokens: 2_000 }
    return Response.json({
      id: 'a',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4o',
      choices: [{ index: 0, finish_reason: 'stop', message }],
      usage,
    })
  }
  const deps: Deps = {
    ...systemDeps,
    now: () => nowMs,
    monotonicNow: () => nowMs,
    random: () => 0.5,
    setTimer,
    fetch: fetch as typeof globalThis.fetch,
    sleep: async () => undefined,
  } // called in this one form
  const turn = async (): Promise<void> => {
    for (let count = 0; count < 6; count++) await new Promise((resolve) => setImmediate(resolve))
  }
  const pass = async (ms: number): Promise<void> => {
    for (const end = nowMs + ms; nowMs < end; ) {
      const next = [...timers].sort((a, b) => a.atMs - b.atMs)[0]
      nowMs = Math.max(nowMs, Math.min(end, next?.atMs ?? end))
      for (const timer of [...timers]) if (timer.atMs <= nowMs && timers.delete(timer)) timer.run()
      await turn()
    }
  }
  return { deps, pass, sent: () => sent }
}

describe('a load test', () => {
  const open: Gateway[] = []
  afterEach(async () => {
    for (const gateway of open.splice(0)) await gateway.close()
  })

  function start(config: object, given: GatewayDeps) {
    const gateway = createGateway({ ...keys, ...config }, given)
    open.push(gateway)
    const ask = async (
      method: string,
      path: string,
      body?: unknown,
    ): Promise<{ readonly status: number; readonly body: LoadTestReport & { readonly error?: { readonly message: string } } }> => {
      const response = await gateway.fetch(`http://127.0.0.1${path}`, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as LoadTestReport }
    }
    return { gateway, ask }
  }
  const openai = {
    providers: [{ name: 'openai', api_key: 'key-of-openai', models: ['gpt-4o'] }],
    routing: { retry: { attempts_per_target: 1 } },
    circuit_breaker: { enabled: false },
  }

  it('sends at its rate to the demo provider, counts what came after the warm-up, and reports it', async () => {
    const { deps, pass } = createWorld(() => 0)
    const { ask } = start({}, { deps })
    const started = await ask('POST', '/api/load-test/start', { target_rps: 20, duration_seconds: 10, warm_up_seconds: 2 })
    await pass(12_100)
    const { body } = await ask('GET', `/api/load-test/${started.body.test_id}`)
    expect([started.status, started.body.status, started.body.estimated]).toEqual([
      200,
      'running',
      { requests: 240, cost_usd: 0, unknown_prices: [], over_cap: false },
    ])
    expect(body).toMatchObject({
      status: 'completed',
      reason: 'completed',
      completed: 200,
      failed: 0,
      error_rate: 0,
      throughput_rps: 20,
      models: ['demo/echo'],
      requests: { planned: 240, sent: 240, not_sent: 0 },
      providers: { demo: { completed: 200 } },
    })
  })

  it('counts the wait of requests that were due while the gateway stood still', async () => {
    let isStuck = true
    const { deps, pass } = createWorld(() => (isStuck ? 5_000 : 10))
    const { ask } = start({ ...openai, server: { max_in_flight: 2 } }, { deps })
    const { body } = await ask('POST', '/api/load-test/start', { target_rps: 10, duration_seconds: 2, providers: ['openai'] })
    await pass(100)
    isStuck = false
    await pass(30_000)
    const report = (await ask('GET', `/api/load-test/${body.test_id}`)).body
    // One place: nineteen wait for the first, which takes five seconds. A closed loop would call them quick.
    expect(report).toMatchObject({ status: 'completed', completed: 20, requests: { sent: 20 } })
    expect([(report.latency_ms.p50 ?? 0) > 3_500, report.latency_ms.max]).toEqual([true, 5_000])
  })

  it('never has more than half of the places, whatever the rate', async () => {
    const { deps, pass, sent } = createWorld(() => 60_000)
    const { ask, gateway } = start({ ...openai, server: { max_in_flight: 8 } }, { deps })
    const { body } = await ask('POST', '/api/load-test/start', { tier: 'extreme', duration_seconds: 5, providers: ['openai'] })
    await pass(5_000)
    const other = gateway.fetch('http://127.0.0.1/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: 'Bearer a-client-key-0123', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hi' }] }),
    })
    expect([sent(), (await other).status]).toEqual([4, 200])
    const stopped = (await ask('POST', `/api/load-test/${body.test_id}/stop`)).body
    expect([stopped.status, stopped.reason, stopped.requests.unanswered, stopped.requests.not_sent > 0]).toEqual([
      'stopped',
      'stopped',
      4,
      true,
    ])
  })

  it('never spends more than its cap, and says beforehand that it would', async () => {
    const { deps, pass } = createWorld(() => 10)
    const { ask } = start(openai, { deps })
    // A request costs 2.5 + 10 dollars for a million: 0.0125 dollars for a thousand of each.
    const body = { target_rps: 50, duration_seconds: 10, providers: ['openai'], prompt_tokens: 1_000, max_tokens: 1_000, max_cost_usd: 0.1 }
    const estimated = await ask('POST', '/api/load-test/estimate', body)
    const { body: started } = await ask('POST', '/api/load-test/start', body)
    await pass(11_000)
    const report = (await ask('GET', `/api/load-test/${started.test_id}`)).body
    expect(estimated.body).toMatchObject({ requests: 500, over_cap: true, unknown_prices: [], models: ['openai/gpt-4o'] })
    expect(report).toMatchObject({ status: 'aborted', reason: 'cost_cap', completed: 8, cost_usd: 0.1 })
  })

  it('stops when too much fails', async () => {
    const { deps, pass } = createWorld(
      () => 1,
      () => 500,
    )
    const { ask } = start(openai, { deps })
    const { body } = await ask('POST', '/api/load-test/start', { target_rps: 100, duration_seconds: 30, providers: ['openai'] })
    await pass(3_000)
    const report = (await ask('GET', `/api/load-test/${body.test_id}`)).body
    expect([report.status, report.reason, report.error_rate, Object.keys(report.errors).length, report.failed < 100]).toEqual([
      'aborted',
      'error_rate',
      1,
      1,
      true,
    ])
  })

  it('runs alone, compares with an earlier one, and is kept', async () => {
    const saved: LoadTestReport[] = []
    const store = { load: () => saved, save: (report: LoadTestReport) => void saved.unshift(report) }
    const { deps, pass } = createWorld(() => 0)
    const { ask } = start({}, { deps, loadTestStore: store })
    const first = await ask('POST', '/api/load-test/start', { target_rps: 10, duration_seconds: 2 })
    expect((await ask('POST', '/api/load-test/start', {})).status).toBe(409)
    await pass(3_000)
    expect(saved.map(({ test_id, status }) => [test_id, status])).toEqual([[first.body.test_id, 'completed']])
    const again = start({}, { deps, loadTestStore: store })
    const second = await again.ask('POST', '/api/load-test/start', { target_rps: 20, duration_seconds: 2, compare_to: first.body.test_id })
    await pass(3_000)
    const { body } = await again.ask('GET', `/api/load-test/${second.body.test_id}`)
    expect(body.comparison).toMatchObject({ test_id: first.body.test_id, throughput_rps: 1, error_rate: 0 })
    const listed = (await again.ask('GET', '/api/load-test')).body as unknown as { tests: { test_id: string }[] }
    expect(listed.tests.map(({ test_id }) => test_id)).toEqual([second.body.test_id, first.body.test_id])
  })

  it('is followed by events until its end', async () => {
    const { deps, pass } = createWorld(() => 0)
    const { gateway, ask } = start({}, { deps })
    const { body } = await ask('POST', '/api/load-test/start', { target_rps: 10, duration_seconds: 2 })
    const events = await gateway.fetch(`http://127.0.0.1/api/load-test/${body.test_id}/events`, {
      headers: { authorization: `Bearer ${adminKey}` },
    })
    const text = events.text()
    await pass(3_000)
    const names = [...(await text).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)
    expect([
      events.headers.get('content-type'),
      names.at(-1),
      names.slice(0, -1).every((name) => name === 'progress'),
      names.length >= 3,
    ]).toEqual(['text/event-stream; charset=utf-8', 'end', true, true])
  })

  it.each([
    ['a provider that there is not', { providers: ['acme'] }, 'providers'],
    ['a tier that there is not', { tier: 'huge' }, 'tier'],
    ['a rate beyond all bounds', { target_rps: 1e9 }, 'target_rps'],
    ['an unknown field', { rps: 5 }, 'rps'],
    ['a test to compare with that there is not', { compare_to: 'x' }, 'compare_to'],
  ])('refuses %s', async (_what, body, param) => {
    const { ask } = start({}, {})
    const refused = await ask('POST', '/api/load-test/start', body)
    expect([refused.status, (refused.body as unknown as { error: { param: string } }).error.param]).toEqual([400, param])
  })

  it('lets nobody in with its own key when none runs, and only into chat', async () => {
    const { gateway } = start({}, {})
    const status = async (key: string): Promise<number> =>
      (await gateway.fetch('http://127.0.0.1/v1/models', { headers: { authorization: `Bearer ${key}` } })).status
    expect([await status('px-load-test-00'), await status('a-client-key-0123')]).toEqual([401, 200])
  })
})
