import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNodeTransport } from '@proxyapi/core/node'
import { createTracing } from '@proxyapi/logging/node'
import { createGateway } from '@proxyapi/server'
import { listen } from '@proxyapi/server/node'
import { afterEach, describe, expect, it } from 'vitest'
import { attributeOf, startCollector } from './collector.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const whole = {
  ...{ id: 'c1', object: 'chat.completion', created: 1, model: 'm' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
}
const delta = (fields: object): string =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, ...fields }] })}\n\n`

function answerWhole(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole))
}
function answerStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(delta({ delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }))
  response.end(`${delta({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`)
}
function fail(response: ServerResponse): void {
  response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"down"}}')
}

async function upstream(answer: (response: ServerResponse) => void) {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      seen.push(request.headers)
      answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, seen }
}

async function tracedGateway(answer: (response: ServerResponse) => void) {
  const collector = await startCollector()
  closing.push(collector.close)
  const [bad, good] = [await upstream(fail), await upstream(answer)]
  const tracing = await createTracing({ otlpEndpoint: collector.url })
  const config = {
    providers: [
      { name: 'bad', type: 'openai_compatible', base_url: bad.url, models: ['m'] },
      { name: 'good', type: 'openai_compatible', base_url: good.url, models: ['m'] },
    ],
    models: [{ name: 'safe', targets: ['bad/m'], fallbacks: ['good/m'] }],
    routing: { retry: { max_attempts: 2, base_delay_ms: 1, max_delay_ms: 2 } },
  }
  const listening = await listen(createGateway(config, { transport: createNodeTransport(), tracing }), { host: '127.0.0.1', port: 0 })
  closing.push(() => tracing.close())
  closing.push(() => listening.stop(0))
  return { url: `http://127.0.0.1:${listening.port}`, bad, good, tracing, collector }
}

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const caller = '00f067aa0ba902b7'
const context = { traceparent: `00-${trace}-${caller}-01`, tracestate: 'vendor=secret-of-another-vendor' }

function ask(url: string, stream: boolean, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'safe', messages: [{ role: 'user', content: 'Hello' }], stream }),
  })
}

describe('the trace of a request', () => {
  it.each([
    ['a whole answer', false, answerWhole],
    ['a stream', true, answerStream],
  ])('is one from the caller over the gateway to each provider, failover included: %s', async (_what, stream, answer) => {
    const { url, bad, good, tracing, collector } = await tracedGateway(answer)
    const response = await ask(url, stream, context)
    await response.text()
    await tracing.flush()

    const spans = collector.spans()
    const request = spans.find(({ parentSpanId }) => parentSpanId === caller)
    const attempts = spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId)
    expect(response.status).toBe(200)
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([trace]))
    expect(request?.name).toBe('POST /v1/chat/completions')
    expect(attempts).toHaveLength(bad.seen.length + good.seen.length)
    expect(good.seen).toHaveLength(1)
    const sent = [...bad.seen, ...good.seen].map(({ traceparent }) => traceparent)
    expect(attempts.map(({ spanId }) => `00-${trace}-${spanId}-01`).sort()).toEqual(sent.sort())
    const last = attempts.find(({ spanId }) => good.seen[0]?.['traceparent'] === `00-${trace}-${spanId}-01`)
    expect(attributeOf(last, 'proxyapi.attempt.outcome')).toBe('success')
  })

  it('keeps what vendors told each other from the providers, and itself from the client', async () => {
    const { url, bad, good } = await tracedGateway(answerWhole)
    const response = await ask(url, false, context)
    expect([...bad.seen, ...good.seen].filter(({ tracestate }) => tracestate !== undefined)).toEqual([])
    expect([...response.headers.keys()].filter((name) => name.startsWith('trace'))).toEqual([])
  })

  it('begins at the gateway where the caller has none, and is told for requests that make no call', async () => {
    const { url, tracing, collector } = await tracedGateway(answerWhole)
    await fetch(`${url}/v1/nothing`)
    await tracing.flush()
    const [span] = collector.spans()
    expect(span?.name).toBe('GET other')
    expect(attributeOf(span, 'http.response.status_code')).toBe(404)
    expect(span?.parentSpanId ?? '').toBe('')
  })

  it('sends nothing of the kind where tracing is off', async () => {
    const good = await upstream(answerWhole)
    const config = { providers: [{ name: 'good', type: 'openai_compatible', base_url: good.url, models: ['m'] }] }
    const gateway = createGateway(config, { transport: createNodeTransport() })
    closing.push(() => gateway.close())
    const body = JSON.stringify({ model: 'good/m', messages: [{ role: 'user', content: 'Hello' }] })
    const headers = { 'content-type': 'application/json', ...context }
    const response = await gateway.fetch('http://gateway/v1/chat/completions', { method: 'POST', headers, body })
    expect(response.status).toBe(200)
    expect(good.seen[0]?.['traceparent']).toBeUndefined()
  })
})
