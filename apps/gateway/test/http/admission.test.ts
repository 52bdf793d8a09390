import { createGateway } from '@proxyapi/server'
import { describe, expect, it } from 'vitest'

function setUp(server: object, load = { lagMs: 0, memoryRatio: 0 }, auth: object = {}) {
  const gateway = createGateway({ server, auth }, { load: () => load })
  const ask = (model: string, key?: string): Promise<Response> =>
    gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    })
  return { gateway, ask }
}

describe('admission', () => {
  it('refuses at once what neither runs nor waits, and says when to come back', async () => {
    const { ask } = setUp({ max_in_flight: 1, max_queue: 0 })
    const first = ask('demo/slow')
    await Promise.resolve()
    const refused = await ask('demo/echo')
    const body = (await refused.json()) as { error: { code: string } }
    expect([refused.status, body.error.code]).toEqual([503, 'overloaded'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect((await first).status).toBe(200)
    expect((await ask('demo/echo')).status).toBe(200)
  })

  it.each([
    ['one key may fill the gateway', ['only-key-0001'], 200],
    ['one of two keys leaves room for the other', ['first-key-0001', 'second-key-0001'], 429],
  ])('%s', async (_what, keys, status) => {
    const { ask } = setUp({ max_in_flight: 10, max_queue: 0 }, undefined, { api_keys: keys })
    const held = Array.from({ length: 9 }, () => ask('demo/slow', keys[0]))
    await Promise.resolve()
    expect((await ask('demo/echo', keys[0])).status).toBe(status)
    await Promise.all(held)
  })

  it.each([
    ['lag', { lagMs: 250, memoryRatio: 0.1 }],
    ['memory', { lagMs: 0, memoryRatio: 0.9 }],
  ])('sheds for %s, the least important first', async (_what, load) => {
    const keys = ['critical', 'default', 'sheddable'].map((criticality) => ({ name: criticality, key: `key-${criticality}`, criticality }))
    const { ask, gateway } = setUp({}, load, { api_keys: keys })
    const statuses = await Promise.all(keys.map(async ({ key }) => (await ask('demo/echo', key)).status))
    expect(statuses).toEqual([200, 503, 503])
    expect((await gateway.fetch('http://gateway/health')).status).toBe(200)
  })

  it('gives every place back, whatever became of the request', async () => {
    const { ask, gateway } = setUp({ max_in_flight: 2 })
    await Promise.all(['demo/echo', 'demo/nothing', 'nothing'].map((model) => ask(model)))
    const status = (await (await gateway.fetch('http://gateway/v1/status')).json()) as { queue: unknown }
    expect(status.queue).toMatchObject({ in_flight: 0, queued: 0, bytes: 0 })
  })
})
