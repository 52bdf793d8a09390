import { afterEach, describe, expect, it } from 'vitest'
import { type Json, type Stage, startStage } from './stage.ts'

const stages: Stage[] = []
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})

/** Two demo providers; model `safe` falls back from the first to the second, `bare` does not. */
async function open(): Promise<Stage> {
  const stage = await startStage({
    providers: [
      { name: 'first', type: 'demo' },
      { name: 'second', type: 'demo' },
    ],
    models: [
      { name: 'safe', targets: ['first/echo'], fallbacks: ['second/echo'] },
      { name: 'bare', targets: ['first/echo'] },
    ],
    chaos_engineering: { enabled: true },
  })
  stages.push(stage)
  return stage
}

const outage = {
  experiment_name: 'outage',
  duration_minutes: 5,
  seed: 42,
  faults: [{ type: 'error', target: 'first', probability: 0.5, error_code: 503 }],
}

async function start(stage: Stage, change: object = {}): Promise<string> {
  const { body } = await stage.ask('POST', '/api/chaos/start', { ...outage, ...change })
  return String(body['experiment_id'])
}

/** A request a second; what clients saw, by status. */
async function drive(stage: Stage, model: string, count: number): Promise<readonly number[]> {
  const statuses: number[] = []
  for (let i = 0; i < count; i++) {
    statuses.push(await stage.chat(model))
    stage.pass(1_000)
  }
  return statuses
}

async function reportOf(stage: Stage, id: string): Promise<Json> {
  return (await stage.ask('GET', `/api/chaos/${id}`)).body
}

describe('a chaos experiment over a socket', () => {
  it('passes where a fallback answers, ends by itself, and tells how long recovery took', async () => {
    const stage = await open()
    await drive(stage, 'safe', 30)
    const id = await start(stage)
    expect(new Set(await drive(stage, 'safe', 60))).toEqual(new Set([200]))
    expect(await reportOf(stage, id)).toMatchObject({ status: 'running', verdict: null, ends_at: expect.any(String) as string })
    stage.pass(240_000)
    const report = await reportOf(stage, id)
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

  it('fails where there is none, and halts itself within a second of knowing', async () => {
    const stage = await open()
    const id = await start(stage, { faults: [{ ...outage.faults[0], probability: 1 }] })
    await drive(stage, 'bare', 25)
    const report = await reportOf(stage, id)
    expect(report).toMatchObject({ status: 'aborted', verdict: 'FAIL', clients: { requests: 20, failed: 20 } })
    expect(report['reasons']).toContain('Ended early: "success_rate >= 0.99".')
    expect(await stage.chat('second/echo')).toBe(200)
  })

  it('gives the same report for the same seed, and another one for another', async () => {
    const reports: Json[] = []
    for (const seed of [42, 42, 43]) {
      const stage = await open()
      const id = await start(stage, { seed })
      await drive(stage, 'safe', 60)
      stage.pass(300_000)
      reports.push({ ...(await reportOf(stage, id)), experiment_id: '', seed: 0 })
    }
    expect(reports[1]).toEqual(reports[0])
    expect(reports[2]).not.toEqual(reports[0])
  })

  it('stops on demand: from then on nothing is put in, and a second stop changes nothing', async () => {
    const stage = await open()
    const id = await start(stage, { faults: [{ type: 'error', target: 'first' }] })
    expect(await stage.chat('bare')).not.toBe(200)
    const stopped = await stage.ask('POST', `/api/chaos/${id}/stop`)
    expect([stopped.status, stopped.body]).toMatchObject([200, { experiment_id: id, status: 'stopped', faults_injected: { total: 2 } }])
    expect(await stage.chat('bare')).toBe(200)
    expect((await stage.ask('POST', `/api/chaos/${id}/stop`)).body).toMatchObject({ status: 'stopped', ended_at: stopped.body['ended_at'] })
    expect((await stage.ask('GET', '/api/chaos')).body).toMatchObject({ running: null, experiments: [{ experiment_id: id }] })
  })

  it('never touches health or the admin plane', async () => {
    const stage = await open()
    await start(stage, { faults: [{ type: 'error' }, { type: 'timeout' }] })
    for (const path of ['/health', '/health/live', '/health/ready', '/health/providers', '/v1/models', '/api/chaos', '/api/alerts'])
      expect([path, (await stage.ask('GET', path)).status]).toEqual([path, 200])
  })

  it('does not begin while the steady state does not hold, and begins once it does', async () => {
    const stage = await open()
    const first = await start(stage, { faults: [{ type: 'error', target: 'first' }] })
    await drive(stage, 'bare', 25)
    expect((await reportOf(stage, first))['status']).toBe('aborted')
    const refused = await stage.ask('POST', '/api/chaos/start', outage)
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { error: { code: 'conflict', message: expect.stringContaining('does not hold now') as string } },
    ])
    stage.pass(120_000)
    expect((await stage.ask('POST', '/api/chaos/start', outage)).status).toBe(200)
  })

  it('ends by a condition about a provider that has held for a while', async () => {
    const stage = await open()
    const id = await start(stage, { abort_when: 'error_rate{provider="first"} > 20% for 10s' })
    await drive(stage, 'safe', 40)
    const report = await reportOf(stage, id)
    expect(report).toMatchObject({ status: 'aborted', verdict: 'FAIL', clients: { failed: 0 } })
    expect(report['reasons']).toContain('Ended early: "error_rate{provider="first"} > 20% for 10s".')
  })
})
