import { afterEach, describe, expect, it } from 'vitest'
import { type Json, type Server, startServer, startTestGateway, type TestGateway, waitUntil } from './test-gateway.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** An upstream that can be made to fail. */
async function startUpstream(): Promise<Server & { fail: (isFailing: boolean) => void }> {
  let failing = false
  const answer = {
    id: 'x',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  }
  const server = await startServer((request, response) => {
    request.resume()
    response.writeHead(failing ? 500 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(failing ? { error: { message: 'down', type: 'server_error' } } : answer))
  })
  closers.push(server.close)
  return {
    ...server,
    fail: (isFailing) => {
      failing = isFailing
    },
  }
}

/** A webhook receiver that refuses the first deliveries. */
async function startReceiver(refusals = 0): Promise<Server & { readonly got: readonly Json[]; readonly tries: () => number }> {
  const got: Json[] = []
  let tries = 0
  const server = await startServer((request, response) => {
    let text = ''
    request.on('data', (piece) => {
      text += String(piece)
    })
    request.on('end', () => {
      if (++tries > refusals) got.push(JSON.parse(text) as Json)
      response.writeHead(tries > refusals ? 204 : 503).end()
    })
  })
  closers.push(server.close)
  return { ...server, got, tries: () => tries }
}

async function open(upstream: Server, receiver: Server, alerts: string[] = []): Promise<TestGateway> {
  const gateway = await startTestGateway(
    {
      caching: { enabled: false },
      providers: [{ name: 'openai', api_key: 'sk-upstream-secret-0123456789', base_url: `${upstream.url}/v1`, models: ['gpt-4'] }],
      routing: { retry: { max_attempts: 1 } },
      circuit_breaker: { failure_threshold: 1_000 },
      alerting: {
        rules: [
          {
            name: 'high_error_rate',
            condition: 'error_rate > 5% and requests >= 5',
            severity: 'critical',
            for: '10s',
            channels: ['webhook'],
          },
        ],
        channels: { webhook: { url: receiver.url } },
      },
    },
    { onAlert: ({ rule, status }) => alerts.push(`${rule} ${status}`) },
  )
  closers.push(gateway.close)
  return gateway
}

/** Sends a request per second over some seconds of the gateway's clock. */
async function drive(gateway: TestGateway, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await gateway.chat('openai/gpt-4')
    gateway.advance(1_000)
  }
}

async function driveUntil(gateway: TestGateway, holds: () => boolean): Promise<void> {
  for (let second = 0; second < 300 && !holds(); second++) await drive(gateway, 1)
}

/** Waits until pending answers on the sockets were read. */
async function settle(gateway: TestGateway): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await gateway.ask('GET', '/api/alerts')
}

describe('alerts over a socket', () => {
  it('notify a webhook once when an upstream fails, and once when it has recovered', async () => {
    const [upstream, receiver] = [await startUpstream(), await startReceiver()]
    const alerts: string[] = []
    const gateway = await open(upstream, receiver, alerts)
    await drive(gateway, 20)
    expect([receiver.got, alerts]).toEqual([[], []])
    upstream.fail(true)
    await driveUntil(gateway, () => alerts.length === 1)
    await waitUntil(() => receiver.got.length > 0)
    expect((await gateway.ask('GET', '/api/alerts')).body).toMatchObject({
      firing: 1,
      rules: [{ state: 'firing', since: expect.any(String) as string }],
    })
    upstream.fail(false)
    await driveUntil(gateway, () => alerts.length === 2)
    await waitUntil(() => receiver.got.length > 1)
    await drive(gateway, 30)
    gateway.advance(600_000)
    await settle(gateway)
    expect(receiver.got.map(({ rule, status, severity }) => [rule, status, severity])).toEqual([
      ['high_error_rate', 'firing', 'critical'],
      ['high_error_rate', 'resolved', 'critical'],
    ])
    expect(alerts).toEqual(['high_error_rate firing', 'high_error_rate resolved'])
    expect(JSON.stringify(receiver.got)).not.toContain('sk-upstream-secret')
    const { body } = await gateway.ask('GET', '/api/alerts')
    expect(body).toMatchObject({
      firing: 0,
      rules: [{ state: 'inactive' }],
      history: [
        { status: 'resolved', deliveries: { webhook: { status: 'delivered', attempts: 1 } } },
        { status: 'firing', deliveries: { webhook: { status: 'delivered', attempts: 1 } } },
      ],
    })
  })

  it('arrive once if the receiver is down at first', async () => {
    const [upstream, receiver] = [await startUpstream(), await startReceiver(2)]
    const alerts: string[] = []
    const gateway = await open(upstream, receiver, alerts)
    upstream.fail(true)
    await driveUntil(gateway, () => alerts.length === 1)
    for (const tries of [1, 2]) {
      await waitUntil(() => receiver.tries() >= tries)
      await settle(gateway)
      gateway.advance(9_000)
    }
    await waitUntil(() => receiver.got.length > 0)
    expect([receiver.tries(), receiver.got.map(({ status }) => status)]).toEqual([3, ['firing']])
  })

  it('stop when the gateway closes', async () => {
    const [upstream, receiver] = [await startUpstream(), await startReceiver()]
    const alerts: string[] = []
    const gateway = await open(upstream, receiver, alerts)
    upstream.fail(true)
    await drive(gateway, 8)
    await gateway.close()
    closers.pop()
    gateway.advance(600_000)
    await new Promise((resolve) => setImmediate(resolve))
    expect([receiver.tries(), alerts]).toEqual([0, []])
  })

  it('can be tested', async () => {
    const [upstream, receiver] = [await startUpstream(), await startReceiver()]
    const gateway = await open(upstream, receiver)
    expect(await gateway.ask('POST', '/api/alerts/test')).toEqual({
      status: 200,
      body: { ok: true, results: [{ channel: 'webhook', ok: true }] },
    })
    expect(receiver.got).toMatchObject([{ status: 'test', rule: 'test' }])
  })
})
