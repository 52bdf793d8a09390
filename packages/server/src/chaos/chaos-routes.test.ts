import { describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown> & {
    readonly error: { readonly message: string; readonly param: string | null; readonly code: string }
  }
}

/** A gateway with a demo provider, and a function that sends it requests. */
function open(config: object = { chaos_engineering: { enabled: true } }) {
  const reports: Readonly<Record<string, unknown>>[] = []
  const gateway = createGateway(config, { onExperiment: (report) => reports.push(report) })
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await gateway.fetch(`http://gateway${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...init,
    })
    return { status: response.status, body: (await response.json()) as Answer['body'] }
  }
  return { gateway, ask, reports }
}

const experiment = {
  experiment_name: 'network_degradation_test',
  duration_minutes: 10,
  faults: [{ type: 'delay', target: 'demo', severity: 'medium', probability: 0.1, duration_ms: 500 }],
}
const chat = { model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] }

describe('POST /api/chaos/start', () => {
  it('starts an experiment and answers its id', async () => {
    const { ask, reports } = open()
    const { status, body } = await ask('POST', '/api/chaos/start', { ...experiment, seed: 7 })
    expect([status, body]).toMatchObject([
      200,
      {
        experiment_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        experiment_name: 'network_degradation_test',
        status: 'running',
        verdict: null,
        seed: 7,
        duration_minutes: 10,
        faults: experiment.faults,
        blast_radius: { targets: null, keys: null, share: 1 },
        faults_injected: { total: 0, by_type: {} },
        steady_state: [{ condition: 'success_rate >= 0.99', held_before: null, held_during: null }],
      },
    ])
    expect(reports).toEqual([body])
  })

  it.each<[string, object, string, string]>([
    ['no name', { experiment_name: undefined }, 'experiment_name', 'is missing'],
    ['more than an hour', { duration_minutes: 61 }, 'duration_minutes', '(found 61; allowed: at most 60)'],
    ['no time at all', { duration_minutes: 0 }, 'duration_minutes', 'found 0'],
    ['no faults', { faults: [] }, 'faults', 'at least 1'],
    ['an unknown type', { faults: [{ type: 'earthquake' }] }, 'faults[0].type', '(found "earthquake"; allowed: ("delay" | "error"'],
    ['a probability over 1', { faults: [{ type: 'cut', probability: 2 }] }, 'faults[0].probability', '(found 2; allowed: at most 1)'],
    ['a status that is no error', { faults: [{ type: 'error', error_code: 200 }] }, 'faults[0].error_code', 'at least 400'],
    ['an unknown target', { faults: [{ type: 'cut', target: 'opneai' }] }, 'faults[0].target', '(found "opneai"; allowed: demo, or'],
    ['an unknown field', { durations: 1 }, 'durations', 'unknown key'],
    ['a condition that can’t be read', { steady_state: ['succes_rate > 1'] }, 'steady_state[0]', "can't be read at position 1"],
    ['a steady state with "for"', { steady_state: 'error_rate < 5% for 2m' }, 'steady_state[0]', 'without "for"'],
    ['a broken abort condition', { abort_when: ['error_rate >'] }, 'abort_when[0]', 'position 13'],
    ['what is unusual', { abort_when: ['anomaly(p95) > 4'] }, 'abort_when[0]', 'found anomaly(…)'],
    ['a negative seed', { seed: -1 }, 'seed', 'at least 0'],
    ['an unknown key', { blast_radius: { keys: ['nobody'] } }, 'blast_radius.keys[0]', 'none, since no keys are configured'],
    ['an unknown radius', { blast_radius: { targets: ['x/y'] } }, 'blast_radius.targets[0]', 'found "x/y"'],
    ['share and percentage', { blast_radius: { share: 0.1, percentage: 10 } }, 'blast_radius', 'allowed: one of them'],
  ])('refuses %s with the field, what was found and what is allowed', async (_what, change, param, words) => {
    const { ask } = open()
    const { status, body } = await ask('POST', '/api/chaos/start', { ...experiment, ...change })
    expect([status, body.error.code, body.error.param]).toEqual([400, 'invalid_request', param])
    expect(body.error.message).toContain(words)
    expect((await ask('GET', '/api/chaos')).body['experiments']).toEqual([])
  })

  it('refuses a second one while the first runs', async () => {
    const { ask } = open()
    const { body } = await ask('POST', '/api/chaos/start', experiment)
    const second = await ask('POST', '/api/chaos/start', experiment)
    expect([second.status, second.body.error.code]).toEqual([409, 'conflict'])
    expect(second.body.error.message).toContain(String(body['experiment_id']))
    await ask('POST', '/api/chaos/stop')
    expect((await ask('POST', '/api/chaos/start', experiment)).status).toBe(200)
  })
})

describe('chaos', () => {
  it.each([
    ['POST', '/api/chaos/start'],
    ['GET', '/api/chaos'],
    ['GET', '/api/chaos/x'],
    ['POST', '/api/chaos/x/stop'],
    ['POST', '/api/chaos/stop'],
  ])('%s %s is refused while it is off, although faults are configured', async (method, path) => {
    const { ask } = open({ chaos_engineering: { faults: [{ type: 'error' }] } })
    const { status, body } = await ask(method, path, method === 'POST' ? experiment : undefined)
    expect([status, body.error.message]).toEqual([403, expect.stringContaining('chaos_engineering.enabled')])
    expect((await ask('POST', '/v1/chat/completions', chat)).status).toBe(200)
  })

  it.each([
    ['without a key', {}, 401],
    ['with a user’s', { 'x-api-key': 'user-key-0001' }, 403],
    ['with an admin’s', { 'x-api-key': 'admin-key-0001' }, 200],
  ])('is for admins: %s', async (_who, headers, status) => {
    const api_keys = ['user-key-0001', { name: 'ops', key: 'admin-key-0001', role: 'admin' }]
    const { ask } = open({ auth: { api_keys }, chaos_engineering: { enabled: true } })
    expect((await ask('POST', '/api/chaos/start', experiment, headers as Record<string, string>)).status).toBe(status)
    expect((await ask('GET', '/api/chaos', undefined, headers as Record<string, string>)).status).toBe(status)
  })

  it.each([
    ['GET', '/api/chaos/nothing', 404],
    ['POST', '/api/chaos/nothing/stop', 404],
    ['GET', '/api/chaos/start', 405],
    ['DELETE', '/api/chaos/stop', 405],
    ['DELETE', '/api/chaos', 405],
  ])('%s %s answers %i', async (method, path, status) => {
    expect((await open().ask(method, path)).status).toBe(status)
  })

  it('injects the faults of the configuration from the start, lists them, and revokes them on demand', async () => {
    const { ask } = open({ chaos_engineering: { enabled: true, faults: [{ type: 'error', target: 'demo', error_code: 400 }] } })
    expect((await ask('POST', '/v1/chat/completions', chat)).status).toBe(400)
    for (const path of ['/health', '/health/ready', '/v1/models', '/api/chaos']) expect((await ask('GET', path)).status).toBe(200)
    const standing = { faults: [{ type: 'error', target: 'demo', error_code: 400 }], injected: { error: 1 } }
    expect((await ask('GET', '/api/chaos')).body).toMatchObject({ running: null, standing_faults: standing })
    expect((await ask('POST', '/api/chaos/stop')).body).toEqual({ stopped: false, standing_faults_lifted: 1, status: 'idle' })
    expect((await ask('POST', '/v1/chat/completions', chat)).status).toBe(200)
  })

  it('is refused at start when a configured fault names no provider', () => {
    expect(() => open({ chaos_engineering: { faults: [{ type: 'cut', target: 'nobody' }] } })).toThrow(
      'chaos_engineering.faults[0].target: names no configured provider (found "nobody"; allowed: demo, or',
    )
  })

  it('affects only the keys within the radius', async () => {
    const api_keys = ['k-one', 'k-two'].map((key) => ({ name: `name-of-${key}`, key, role: 'admin' }))
    const { ask } = open({ auth: { api_keys }, chaos_engineering: { enabled: true } })
    const [one, two] = api_keys.map(({ key }) => ({ 'x-api-key': key }))
    const faults = [{ type: 'error', error_code: 400 }]
    await ask('POST', '/api/chaos/start', { ...experiment, faults, blast_radius: { keys: ['name-of-k-one'], percentage: 100 } }, one)
    const statuses = [one, two].map(async (headers) => (await ask('POST', '/v1/chat/completions', chat, headers)).status)
    expect(await Promise.all(statuses)).toEqual([400, 200])
  })

  it('ends with the gateway, and keeps only the last fifty reports', async () => {
    const { ask, gateway, reports } = open()
    for (let round = 0; round < 55; round++) {
      await ask('POST', '/api/chaos/start', experiment)
      if (round < 54) await ask('POST', '/api/chaos/stop')
    }
    expect((await ask('GET', '/api/chaos')).body['experiments']).toHaveLength(50)
    await gateway.close()
    expect([reports.length, reports.at(-1)?.['status']]).toEqual([110, 'stopped'])
  })
})
