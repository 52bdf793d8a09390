import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Answered, buildPrograms, type Programs, type StartedGateway, startGateway, until } from './built-gateway.ts'
import { startUpstream, type Upstream } from './upstream.ts'

const admin = 'admin-key-0123456789'
const limited = 'limited-key-0123456789'
const payer = 'payer-key-0123456789'
/** Of an answer of the upstream at the prices of gpt-4o: 8 tokens in at 2.50 dollars a million, 500 out at 10. */
const costNanoUsd = 5_020_000
const budgetUsd = 0.3

function configOf(upstream: Upstream, more = ''): string {
  return `
server: { workers: 4, shutdown_grace_seconds: 5 }
caching: { enabled: false }
auth:
  api_keys:
    - { name: ops, key: "${admin}", role: admin }
    - { name: limited, key: "${limited}", limits: { parallel_requests: 7 } }
    - { name: payer, key: "${payer}", budget: { usd: ${budgetUsd}, window: total } }
providers:
  - { name: demo }
  - { name: openai, api_key: "sk-of-this-test", base_url: "${upstream.url}" }
routing: { retry: { max_attempts: 1 } }
${more}`
}

// Five processes start on whatever cores are left by other tests.
vi.setConfig({ testTimeout: 120_000 })

let programs: Programs
let upstream: Upstream
beforeAll(async () => {
  ;[programs, upstream] = await Promise.all([buildPrograms(), startUpstream()])
}, 60_000)
afterAll(() => {
  programs.remove()
  upstream.close()
})

function chat(gateway: StartedGateway, key: string, model = 'demo/echo', stream = false): Promise<Answered> {
  const messages = [{ role: 'user', content: 'Hello' }]
  return gateway.ask('POST', '/v1/chat/completions', { key, body: { model, stream, max_tokens: 500, messages } })
}

function times<Made>(count: number, make: () => Promise<Made>): Promise<readonly Made[]> {
  return Promise.all(Array.from({ length: count }, make))
}

function statuses(answers: readonly Answered[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

async function metric(gateway: StartedGateway, series: string): Promise<number> {
  const { text } = await gateway.ask('GET', '/metrics/prometheus', { key: admin })
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1))
}

describe('four workers', () => {
  let gateway: StartedGateway
  beforeAll(async () => {
    gateway = await startGateway(programs, configOf(upstream))
  }, 60_000)
  afterAll(() => gateway.close())

  it('answer as one: metrics are sums, and records whole', async () => {
    const answers = await times(200, () => chat(gateway, admin))
    expect(statuses(answers)).toEqual({ 200: 200 })
    expect(await metric(gateway, 'workers')).toBe(4)
    expect(await metric(gateway, 'llm_calls_total{outcome="complete"}')).toBe(200)
    expect(await metric(gateway, 'http_requests_total{method="POST",endpoint="/v1/chat/completions",status_code="200"}')).toBe(200)
    expect(await metric(gateway, 'config_last_reload_successful')).toBe(1)
    const ids = answers.map(({ headers }) => String(headers['x-request-id']))
    const receipts = await Promise.all(ids.map((id) => gateway.ask('GET', `/v1/receipts/${id}`, { key: admin })))
    expect(statuses(receipts)).toEqual({ 200: 200 })
    const summary = await gateway.json('/api/requests/summary', admin)
    expect(summary).toMatchObject({ total: 200, by_outcome: { complete: 200 } })
    expect(await gateway.json('/v1/status', admin)).toMatchObject({ status: 'ok', workers: 4 })
  })

  it('knows what it has just answered, whichever worker that was', async () => {
    for (let round = 0; round < 20; round++) {
      const { headers } = await chat(gateway, admin)
      expect((await gateway.ask('GET', `/v1/receipts/${String(headers['x-request-id'])}`, { key: admin })).status).toBe(200)
    }
  })

  it('writes one chain of audit records, and one record for each action', async () => {
    await times(12, () => gateway.ask('POST', '/api/config/reload', { key: admin }))
    await times(8, () => gateway.ask('POST', '/v1/chat/completions', { key: 'a-key-that-nobody-has', body: {} }))
    const reloads = await gateway.json('/api/audit?action=config.reload&limit=100', admin)
    expect(reloads).toMatchObject({ total: 12 })
    expect(await gateway.json('/api/audit?action=config.loaded', admin)).toMatchObject({ total: 1 })
    const refused = await until('The record of refused keys', async () => {
      const { total } = await gateway.json<{ readonly total: number }>('/api/audit?outcome=denied&limit=100', admin)
      return total === 8
    })
    expect(refused).toBe(true)
    expect(await gateway.json('/api/audit/verify', admin)).toMatchObject({ ok: true, first_broken: null })
  })

  it('lets no more in at one time than a limit says, and gives every place back', async () => {
    upstream.hold()
    const asked = times(40, () => chat(gateway, limited, 'openai/gpt-4o'))
    await until('The calls under way', () => upstream.held() === 7)
    const { open } = await gateway.json<{ readonly open: readonly { readonly id: string }[] }>('/api/requests/open', admin)
    expect(open).toHaveLength(7)
    const ended = await gateway.ask('DELETE', `/api/requests/open/${open[0]?.id}`, { key: admin })
    expect(ended.status).toBe(200)
    await until('The end of that call', () => upstream.held() === 6)
    upstream.release()
    const { 200: complete, 429: refused } = statuses(await asked)
    expect([complete, refused]).toEqual([6, 33])
    const again = await times(7, () => chat(gateway, limited, 'openai/gpt-4o'))
    expect(statuses(again)).toEqual({ 200: 7 })
  })

  it('spends a budget to the end and not beyond, and its ledger says the same', async () => {
    const answers = await times(120, () => chat(gateway, payer, 'openai/gpt-4o'))
    const { 200: complete = 0, ...others } = statuses(answers)
    expect(Object.keys(others)).toEqual(['429'])
    const spent = complete * costNanoUsd
    expect(spent).toBeLessThanOrEqual(budgetUsd * 1e9)
    // What is left would not pay for another one.
    expect(spent).toBeGreaterThan(budgetUsd * 1e9 - 2 * costNanoUsd)
    const analytics = await gateway.json('/api/analytics?group_by=key', admin)
    expect(JSON.stringify(analytics)).toContain(`"cost_nano_usd":"${spent}"`)
  })
})
