import { afterEach, describe, expect, it } from 'vitest'
import { type Json, startTestGateway, type TestGateway } from './test-gateway.ts'

const gateways: TestGateway[] = []
afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close()
})

/** Two demo providers; model `safe` falls back from the first to the second, `bare` does not. */
async function open(): Promise<TestGateway> {
  const gateway = await startTestGateway({
    providers: [
      { name: 'first', type: 'demo' },
      { name: 'second', type: 'demo' },
    ],
    models: [
      { name: 'safe', targets: ['first/echo'], fallbacks: ['second/echo'] },
      { name: 'bare', targets: ['first/echo'] },
    ],
    chaos_engineering: { enabled: true },
    // Every request is to reach its provider, though all ask the same.
    caching: { enabled: false },
  })
  gateways.push(gateway)
  return gateway
}

const outage = {
  experiment_name: 'outage',
  duration_minutes: 5,
  seed: 42,
  faults: [{ type: 'error', target: 'first', probability: 0.5, error_code: 503 }],
}

async function start(gateway: TestGateway, change: object = {}): Promise<string> {
  const { body } = await gateway.ask('POST', '/api/chaos/start', { ...outage, ...change })
  return String(body['experiment_id'])
}

/** Sends a request per second and returns the statuses. */
async function drive(gateway: TestGateway, model: string, count: number): Promise<readonly number[]> {
  const statuses: number[] = []
  for (let i = 0; i < count; i++) {
    statuses.push(await gateway.chat(model))
    gateway.advance(1_000)
  }
  return statuses
}

async function reportOf(gateway: TestGateway, id: string): Promise<Json> {
  return (await gateway.ask('GET', `/api/chaos/${id}`)).body
}

describe('a chaos experiment over a socket', () => {
  it('passes where a fallback answers, ends after its duration, and reports the recovery time', async () => {
    const gateway = await open()
    await drive(gateway, 'safe', 30)
    const id = await start(gateway)
    expect(new Set(await drive(gateway, 'safe', 60))).toEqual(new Set([200]))
    expect(await reportOf(gateway, id)).toMatchObject({ status: 'running', verdict: null, ends_at: expect.any(String) as string })
    gateway.advance(240_000)
    const report = await reportOf(gateway, id)
    expect(report).toMatchObject({
      status: 'completed',
      verdict: 'PASS',
      clients: { requests: 60, succeeded: 60, failed: 0, success_rate: 1 },
      steady_state: [{ condition: 'success_rate >= 0.99', held_before: true, held_during: true }],
      recovery_time_ms: 0,
    })
    expect(Date.parse(String(report['ended_at'])) - Date.parse(String(report['started_at']))).toBe(300_000)
    const { faults_injected: injected, clients } = report as { faults_injected: { total: number; by_type: Json }; clients: Json }
    expect(injected.by_type).toEqual({ error: injected.total })
    expect([injected.total > 5, clients['survived'] === clients['struck'], Number(clients['struck']) > 5]).toEqual([true, true, true])
  })

  it('fails where there is none, and aborts within a second of the violation', async () => {
    const gateway = await open()
    const id = await start(gateway, { faults: [{ ...outage.faults[0], probability: 1 }] })
    await drive(gateway, 'bare', 25)
    const report = await reportOf(gateway, id)
    expect(report).toMatchObject({ status: 'aborted', verdict: 'FAIL', clients: { requests: 20, failed: 20 } })
    expect(report['reasons']).toContain('Ended early: "success_rate >= 0.99".')
    expect(await gateway.chat('second/echo')).toBe(200)
  })

  it('gives the same report for the same seed, and another one for another', async () => {
    const reports: Json[] = []
    for (const seed of [42, 42, 43]) {
      const gateway = await open()
      const id = await start(gateway, { seed })
      await drive(gateway, 'safe', 60)
      gateway.advance(300_000)
      reports.push({ ...(await reportOf(gateway, id)), experiment_id: '', seed: 0 })
    }
    expect(reports[1]).toEqual(reports[0])
    expect(reports[2]).not.toEqual(reports[0])
  })

  it('stops on demand: no more faults are injected, and a second stop changes nothing', async () => {
    const gateway = await open()
    const id = await start(gateway, { faults: [{ type: 'error', target: 'first' }] })
    expect(await gateway.chat('bare')).not.toBe(200)
    const stopped = await gateway.ask('POST', `/api/chaos/${id}/stop`)
    expect([stopped.status, stopped.body]).toMatchObject([200, { experiment_id: id, status: 'stopped', faults_injected: { total: 2 } }])
    expect(await gateway.chat('bare')).toBe(200)
    expect((await gateway.ask('POST', `/api/chaos/${id}/stop`)).body).toMatchObject({
      status: 'stopped',
      ended_at: stopped.body['ended_at'],
    })
    expect((await gateway.ask('GET', '/api/chaos')).body).toMatchObject({ running: null, experiments: [{ experiment_id: id }] })
  })

  it('never affects health or the admin routes', async () => {
    const gateway = await open()
    await start(gateway, { faults: [{ type: 'error' }, { type: 'timeout' }] })
    for (const path of ['/health', '/health/live', '/health/ready', '/health/providers', '/v1/models', '/api/chaos', '/api/alerts'])
      expect([path, (await gateway.ask('GET', path)).status]).toEqual([path, 200])
  })

  it('does not begin while the steady state does not hold, and begins once it does', async () => {
    const gateway = await open()
    const first = await start(gateway, { faults: [{ type: 'error', target: 'first' }] })
    await drive(gateway, 'bare', 25)
    expect((await reportOf(gateway, first))['status']).toBe('aborted')
    const refused = await gateway.ask('POST', '/api/chaos/start', outage)
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { error: { code: 'conflict', message: expect.stringContaining('does not hold now') as string } },
    ])
    gateway.advance(120_000)
    expect((await gateway.ask('POST', '/api/chaos/start', outage)).status).toBe(200)
  })

  it('ends by a condition about a provider that has held for a while', async () => {
    const gateway = await open()
    const id = await start(gateway, { abort_when: 'error_rate{provider="first"} > 20% for 10s' })
    await drive(gateway, 'safe', 40)
    const report = await reportOf(gateway, id)
    expect(report).toMatchObject({ status: 'aborted', verdict: 'FAIL', clients: { failed: 0 } })
    expect(report['reasons']).toContain('Ended early: "error_rate{provider="first"} > 20% for 10s".')
  })
})
