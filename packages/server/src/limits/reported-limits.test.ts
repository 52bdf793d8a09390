import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemDeps } from '@proxyapi/core'
import { afterEach, describe, expect, it } from 'vitest'
import { createGateway, type Gateway } from '../gateway/create-gateway.ts'

const answer = JSON.stringify({
  ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
})

interface Upstream {
  readonly url: string
  readonly askedAtMs: number[]
  headers: Record<string, string>
}

const servers: Server[] = []
const gateways: Gateway[] = []
afterEach(async () => {
  await Promise.all(gateways.splice(0).map(({ close }) => close()))
  for (const server of servers.splice(0)) server.close()
})

async function startUpstream(headers: Record<string, string>): Promise<Upstream> {
  const upstream = { url: '', askedAtMs: [] as number[], headers }
  const server = createServer((_request, response) => {
    upstream.askedAtMs.push(systemDeps.now())
    response.writeHead(200, { 'content-type': 'application/json', ...upstream.headers }).end(answer)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  upstream.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  return upstream
}

function open(upstreams: readonly Upstream[], limits: object): Gateway {
  const providers = upstreams.map(({ url }, index) => ({
    ...{ name: `p${index}`, type: 'openai_compatible', base_url: url, api_key: 'k', priority: index + 1, models: ['m'] },
  }))
  const models = [{ name: 'any', targets: providers.map(({ name }) => `${name}/m`) }]
  const gateway = createGateway({ providers, models, limits, caching: { enabled: false } })
  gateways.push(gateway)
  return gateway
}

const ask = async (gateway: Gateway, model = 'any'): Promise<Response> =>
  gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
  })

const usedUp = { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '400ms' }

describe('a provider that reports on a good answer that nothing is left', () => {
  it('is not asked again before the moment that it named: others are', async () => {
    const [first, second] = [await startUpstream(usedUp), await startUpstream({})]
    const gateway = open([first, second], {})
    const served: (string | null)[] = []
    for (let times = 0; times < 3; times++) served.push((await ask(gateway)).headers.get('x-proxyapi-provider'))
    expect([served, first.askedAtMs.length]).toEqual([['p0', 'p1', 'p1'], 1])
  })

  it('is a 429 that says when, where there is no other', async () => {
    const gateway = open([await startUpstream({ ...usedUp, 'x-ratelimit-reset-requests': '20s' })], {})
    expect((await ask(gateway)).status).toBe(200)
    const refused = await ask(gateway)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20'])
    expect(((await refused.json()) as { error: { message: string } }).error.message).toContain(
      'The limit that "p0" reports for "p0/m" is used up',
    )
  })

  it('is waited for with pacing, and asked when its moment has come', async () => {
    const upstream = await startUpstream(usedUp)
    const gateway = open([upstream], { pacing: 'queue' })
    expect((await ask(gateway)).status).toBe(200)
    upstream.headers = {}
    const answers = await Promise.all([ask(gateway), ask(gateway)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const [before = 0, ...after] = upstream.askedAtMs
    for (const atMs of after) expect(atMs - before).toBeGreaterThanOrEqual(390)
  })

  it('is asked all the same where its reports are not followed', async () => {
    const upstream = await startUpstream(usedUp)
    const gateway = open([upstream], { follow_reported: false })
    expect([(await ask(gateway)).status, (await ask(gateway)).status, upstream.askedAtMs.length]).toEqual([200, 200, 2])
  })
})
