import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { attemptWith, callWith, usageWith } from '../record/__fixtures__/call.ts'
import { createTracing, type Tracing, type TracingOptions } from './tracing.ts'

interface OtlpAttribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number }
}
interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code: number }
  readonly attributes: readonly OtlpAttribute[]
}
interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[]
  }[]
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

/** An OTLP/HTTP collector: takes JSON at `/v1/traces` and remembers it; anything else is refused. */
async function startCollector(answer: 'accept' | 'hang' = 'accept') {
  const bodies: OtlpBody[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    if (answer === 'hang') return
    const isOtlp = request.method === 'POST' && request.url === '/v1/traces' && request.headers['content-type'] === 'application/json'
    if (isOtlp) bodies.push(JSON.parse(text) as OtlpBody)
    response.writeHead(isOtlp ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
  })
  const url = `http://127.0.0.1:${await listen(server)}`
  closing.push(() => close(server))
  const spans = (): readonly OtlpSpan[] =>
    bodies.flatMap((body) => body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)))
  return { url, bodies, spans }
}

async function startTracing(options: TracingOptions, onExportFailed?: (error: Error) => void): Promise<Tracing> {
  const tracing = await createTracing({ closeTimeoutMs: 50, ...options }, { onExportFailed })
  closing.push(tracing.close)
  return tracing
}

const failed = attemptWith({
  provider: 'openai',
  model: 'gpt-4o',
  reason: 'first',
  startedAtMs: 1_000,
  endedAtMs: 1_100.5,
  outcome: 'server',
})
const answered = attemptWith({
  ...{ provider: 'anthropic', model: 'claude', reason: 'fallback', startedAtMs: 1_101, endedAtMs: 1_300, outcome: 'success' },
  usage: usageWith({ inputTokens: 7, outputTokens: 3 }),
})
const receipt = callWith({
  ...{ id: 'req_1', requestedModel: 'gpt-4o', stream: false, outcome: 'complete', attempts: [failed, answered], endedAtMs: 1_301 },
})

const attributesOf = (span: OtlpSpan | undefined): Readonly<Record<string, unknown>> =>
  Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, value.stringValue ?? value.intValue]))

describe('a collector', () => {
  it('sees one trace across caller, gateway, failed attempt and failover, as the upstreams do', async () => {
    const collector = await startCollector()
    const tracing = await startTracing({ otlpEndpoint: collector.url, serviceName: 'gateway-1' })
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const call = tracing.startCall({
      ...{ traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: 'congo=1' },
      ...{ method: 'POST', endpoint: '/v1/chat/completions', startedAtMs: 998 },
    })
    const upstream = [call.attempt(), call.attempt()]
    call.end({ status: 200, call: receipt, endedAtMs: 1_302 })
    await tracing.flush()

    const spans = collector.spans()
    const [request, first, second] = spans
    expect(spans.map(({ traceId: id }) => id)).toEqual([traceId, traceId, traceId])
    expect(spans.map(({ name }) => name)).toEqual(['POST /v1/chat/completions', 'chat gpt-4o', 'chat claude'])
    expect(spans.map(({ kind }) => kind)).toEqual([2, 3, 3]) // OTLP: server, client
    expect(request).toMatchObject({ parentSpanId: '00f067aa0ba902b7', spanId: call.spanId, traceState: 'congo=1', status: { code: 0 } })
    expect([first?.parentSpanId, second?.parentSpanId]).toEqual([call.spanId, call.spanId])
    expect(upstream.map(({ traceparent }) => traceparent?.split('-')[2])).toEqual([first?.spanId, second?.spanId])
    expect(first).toMatchObject({ status: { code: 2 }, startTimeUnixNano: '1000000000', endTimeUnixNano: '1100500000' })
    expect(attributesOf(second)).toMatchObject({ 'gen_ai.provider.name': 'anthropic', 'gen_ai.usage.output_tokens': 3 })
    const [resource] = collector.bodies[0]?.resourceSpans ?? []
    expect(resource?.resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'gateway-1' } })
    expect(tracing.dropped()).toBe(0)
  })

  it('gets what is held when the gateway ends', async () => {
    const collector = await startCollector()
    const tracing = await startTracing({ otlpEndpoint: collector.url, closeTimeoutMs: 5_000 })
    tracing.startCall({ method: 'GET', endpoint: '/v1/models' }).end({ status: 200 })
    const late = tracing.startCall({ method: 'GET', endpoint: '/v1/models' })
    await tracing.close()
    late.end({ status: 200 })
    expect(collector.spans()).toHaveLength(1)
    expect(tracing.dropped()).toBe(1)
  })

  it('that is away fails nobody, and every span lost to it is counted', async () => {
    const server = createServer()
    const port = await listen(server)
    await close(server)
    const failures: Error[] = []
    const tracing = await startTracing({ otlpEndpoint: `http://127.0.0.1:${port}`, exportTimeoutMs: 100 }, (error) => failures.push(error))
    tracing.startCall({ method: 'POST', endpoint: '/v1/messages' }).end({ status: 200, call: receipt })
    await tracing.flush()
    expect(tracing.dropped()).toBe(3)
    expect(failures).toHaveLength(1)
    await tracing.close()
  })

  it('that hangs holds no more than it may, and no shutdown', async () => {
    const collector = await startCollector('hang')
    const tracing = await startTracing({ otlpEndpoint: collector.url, maxSpans: 10, maxWaitMs: 1 })
    for (let index = 0; index < 100; index++) tracing.startCall({ method: 'GET', endpoint: '/health' }).end({ status: 200 })
    expect(tracing.dropped()).toBe(90)
    await tracing.close()
  })
})

describe('an endpoint that spans cannot be posted to', () => {
  it('is refused before anything is loaded', async () => {
    await expect(createTracing({ otlpEndpoint: 'http://collector:4317' })).rejects.toMatchObject({ brand: '@proxyapi/error' })
  })

  it('of an old Jaeger is said to be another', async () => {
    const tracing = await startTracing({ jaegerEndpoint: 'http://jaeger.invalid:14268/api/traces' })
    expect(tracing.target?.note).toContain('4318')
  })
})
