import { type Deps, type Receipt, systemDeps } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import { describe, expect, it } from 'vitest'
import { createGateway } from './create-gateway.ts'

const hour = 3_600_000

/** A gateway whose provider takes 40 ms, while the wall clock is set by so much. */
function open(setByMs: number, settings: object = {}) {
  const clock = { wallMs: Date.UTC(2026, 0, 1), monotonicMs: 5_000 }
  const receipts: Receipt[] = []
  const requests: CompletedRequest[] = []
  const asked: string[] = []
  const pass = (ms: number): void => {
    clock.wallMs += ms
    clock.monotonicMs += ms
  }
  const deps: Deps = {
    ...systemDeps,
    now: () => clock.wallMs,
    monotonicNow: () => clock.monotonicMs,
    defer: (run) => run(),
    sleep: async () => undefined,
    fetch: async (url) => {
      asked.push(new URL(String(url)).host)
      pass(20)
      clock.wallMs += setByMs
      pass(20)
      if (asked.at(-1) === 'limited.test')
        return Response.json({ error: { message: 'slow down' } }, { status: 429, headers: { 'retry-after': '60' } })
      const message = { role: 'assistant', content: 'hello' }
      return Response.json({
        id: 'x',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
      })
    },
  }
  const row = (name: string) => ({ name, type: 'openai', api_key: 'k', base_url: `http://${name}.test/v1`, models: ['*'] })
  const gateway = createGateway(
    { providers: [row('up'), row('limited')], caching: { enabled: false }, ...settings },
    { deps, onReceipt: (receipt) => receipts.push(receipt), onRequest: (request) => requests.push(request) },
  )
  const ask = async (model: string, headers: Readonly<Record<string, string>> = {}) => {
    const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] })
    const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
    const response = await gateway.fetch('http://localhost/v1/chat/completions', init)
    await response.text()
    return response
  }
  return { gateway, ask, pass, receipts, requests, asked }
}

describe.each([
  ['back by an hour', -hour],
  ['forward by an hour', hour],
])('a wall clock that is set %s during a request', (_, setByMs) => {
  it('changes none of its durations', async () => {
    const { gateway, ask, receipts, requests } = open(setByMs)
    const response = await ask('up/m')
    expect(response.headers.get('server-timing')).toContain('upstream;dur=40, ttft;dur=40, total;dur=40')
    const [receipt] = receipts
    const [request] = requests
    const [attempt] = receipt?.attempts ?? []
    expect((receipt?.endedAtMs ?? 0) - (receipt?.startedAtMs ?? 0)).toBe(40)
    expect((receipt?.firstContentAtMs ?? 0) - (receipt?.startedAtMs ?? 0)).toBe(40)
    expect((attempt?.endedAtMs ?? 0) - (attempt?.startedAtMs ?? 0)).toBe(40)
    expect((request?.endedAtMs ?? 0) - (request?.startedAtMs ?? 0)).toBe(40)
    expect(request?.startedAtMs).toBe(receipt?.startedAtMs)
    const metrics = (await (await gateway.fetch('http://localhost/metrics')).json()) as { http: { avg_response_time: number } }
    expect(metrics.http.avg_response_time).toBe(40)
    await gateway.close()
  })

  it('dates the next request by the clock as it is then', async () => {
    const { gateway, ask, receipts } = open(setByMs)
    await ask('up/m')
    await ask('up/m')
    expect((receipts[1]?.startedAtMs ?? 0) - (receipts[0]?.startedAtMs ?? 0)).toBe(setByMs + 40)
    await gateway.close()
  })

  it('neither ends nor lengthens the rest of a provider', async () => {
    const { gateway, ask, pass, asked } = open(setByMs)
    const fallback = { 'x-proxyapi-fallbacks': 'up/m' }
    await ask('limited/m', fallback)
    expect(asked).toEqual(['limited.test', 'up.test'])
    await ask('limited/m', fallback)
    expect(asked.slice(2)).toEqual(['up.test'])
    pass(61_000)
    await ask('limited/m', fallback)
    expect(asked.slice(3)).toEqual(['limited.test', 'up.test'])
    await gateway.close()
  })

  it('neither refills a limit nor empties it', async () => {
    const key = { key: 'sk-a-key-of-the-tests', name: 'a', limits: { requests_per_minute: 2 } }
    const { gateway, ask, pass } = open(setByMs, { auth: { api_keys: [key] } })
    const own = { authorization: `Bearer ${key.key}` }
    const statuses = []
    for (let count = 0; count < 3; count++) statuses.push((await ask('up/m', own)).status)
    expect(statuses).toEqual([200, 200, 429])
    pass(60_000)
    expect((await ask('up/m', own)).status).toBe(200)
    await gateway.close()
  })

  it('does not change how long the process has been running', async () => {
    const { gateway, ask } = open(setByMs)
    await ask('up/m')
    const health = (await (await gateway.fetch('http://localhost/v1/status')).json()) as { uptime_seconds: number }
    expect(health.uptime_seconds).toBe(0)
    await gateway.close()
  })
})
