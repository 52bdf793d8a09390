import { describe, expect, it } from 'vitest'
import { attemptWith, callWith, usageWith } from '../record/__fixtures__/call.ts'
import { type CallSpan, type CallSpanDeps, createCallSpan } from './call-span.ts'
import type { SpanRecord } from './span-record.ts'
import type { CallStart } from './traced.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const caller = '00f067aa0ba902b7'

const failed = attemptWith({
  ...{ provider: 'openai', model: 'gpt-4o', reason: 'first', startedAtMs: 1_002, endedAtMs: 1_102, outcome: 'server' },
  upstreamStatus: 503,
})
const answered = attemptWith({
  ...{ provider: 'gemini', model: 'gemini-2.0', reason: 'fallback', startedAtMs: 1_103, answeredAtMs: 1_203, endedAtMs: 1_300 },
  ...{ outcome: 'success', usage: usageWith({ inputTokens: 7, outputTokens: 3 }), costNanoUsd: 2_000_000, upstreamStatus: 200 },
})
const receipt = callWith({
  ...{
    id: 'req_1',
    principal: { id: 'k1', name: 'ops', role: 'admin' },
    requestedModel: 'fast-chat',
    model: 'gemini-2.0-flash',
    provider: 'gemini',
  },
  ...{ stream: true, outcome: 'complete', attempts: [failed, answered], costNanoUsd: 2_000_000, endedAtMs: 1_301 },
})

function createTestSpan(start: Partial<CallStart> = {}, deps: Partial<CallSpanDeps> = {}) {
  const spans: SpanRecord[] = []
  let id = 0
  const newId = (): string => String(++id).padStart(16, 'a').padEnd(32, '8')
  const record = (span: SpanRecord): void => {
    spans.push(span)
  }
  const world: CallSpanDeps = { now: () => 9_999, newId, mask: (text) => text, sampleRatio: 1, record, ...deps }
  const span: CallSpan = createCallSpan({ method: 'POST', endpoint: '/v1/chat/completions', startedAtMs: 1_000, ...start }, world)
  return { span, spans }
}

describe('the trace of a request', () => {
  it("goes on where the caller's ends, and tells each attempt's headers before its span is made", () => {
    const { span, spans } = createTestSpan({ traceparent: `00-${trace}-${caller}-01`, tracestate: 'congo=1' })
    const headers = [span.attempt(), span.attempt()]
    span.end({ status: 200, call: receipt, endedAtMs: 1_305 })
    const [request, ...attempts] = spans
    expect(request).toMatchObject({ parentSpanId: caller, kind: 'server', name: 'POST /v1/chat/completions', failed: false })
    expect(request?.context).toEqual({ traceId: trace, spanId: span.spanId, sampled: true })
    for (const [index, attempt] of attempts.entries()) {
      expect(attempt).toMatchObject({ parentSpanId: span.spanId, kind: 'client', tracestate: 'congo=1' })
      expect(headers[index]).toEqual({ traceparent: `00-${trace}-${attempt.context.spanId}-01`, tracestate: 'congo=1' })
    }
    expect(new Set(spans.map(({ context }) => context.spanId)).size).toBe(3)
  })

  it('tells of the request what an operator asks for', () => {
    const { span, spans } = createTestSpan()
    span.end({ status: 200, call: receipt, endedAtMs: 1_305 })
    expect(spans[0]).toMatchObject({ startedAtMs: 1_000, endedAtMs: 1_305 })
    expect(spans[0]?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'http.response.status_code': 200,
      'proxyapi.request_id': 'req_1',
      'proxyapi.key.name': 'ops',
      'proxyapi.attempts': 2,
      'proxyapi.cost_usd': 0.002,
      'gen_ai.request.model': 'fast-chat',
      'gen_ai.response.model': 'gemini-2.0-flash',
      'gen_ai.provider.name': 'gcp.gemini',
    })
  })

  it('tells of each attempt how it ended', () => {
    const { span, spans } = createTestSpan()
    span.end({ status: 200, call: receipt })
    expect(spans[1]).toMatchObject({ name: 'chat gpt-4o', startedAtMs: 1_002, endedAtMs: 1_102, failed: true, events: [] })
    expect(spans[1]?.attributes).toMatchObject({
      'error.type': 'server',
      'http.response.status_code': 503,
      'proxyapi.attempt.reason': 'first',
    })
    expect(spans[2]).toMatchObject({ failed: false, events: [{ name: 'gen_ai.first_content', atMs: 1_203 }] })
    expect(spans[2]?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.request.model': 'gemini-2.0',
      'gen_ai.usage.input_tokens': 7,
      'gen_ai.usage.output_tokens': 3,
      'proxyapi.attempt.reason': 'fallback',
    })
  })

  it('has a span for each stage, up to a limit', () => {
    const { span, spans } = createTestSpan()
    for (let index = 0; index < 40; index++) span.stage({ name: 'condense', startedAtMs: 1_000, endedAtMs: 1_001 })
    span.end({ status: 200 })
    expect(spans).toHaveLength(17)
    expect(spans[1]).toMatchObject({ name: 'condense', kind: 'internal', parentSpanId: span.spanId })
  })

  it.each([
    [200, undefined, false],
    [429, undefined, false],
    [499, undefined, false],
    [502, 'upstream_error', true],
    [503, '503', true],
  ] as const)('with status %s has the error %s', (status, errorType, hasFailed) => {
    const { span, spans } = createTestSpan()
    span.end({
      status,
      ...(status === 502 && { call: { ...receipt, error: { code: 'upstream_error', message: '', fault: 'upstream' as const } } }),
    })
    expect(spans[0]?.attributes['error.type']).toBe(errorType)
    expect(spans[0]?.failed).toBe(hasFailed)
  })

  it.each([
    ['a given-up attempt', 'canceled'],
    ['a stream still open', 'pending'],
  ])('holds %s for no failure', (_what, outcome) => {
    const { span, spans } = createTestSpan()
    span.end({ status: 200, call: { ...receipt, attempts: [{ ...answered, outcome, endedAtMs: undefined }] }, endedAtMs: 1_400 })
    expect(spans[1]).toMatchObject({ failed: false, endedAtMs: 1_400 })
  })

  it('ends once', () => {
    const { span, spans } = createTestSpan()
    span.end({ status: 200 })
    span.end({ status: 500 })
    expect(spans).toHaveLength(1)
  })

  it('hides secrets that a client wrote', () => {
    const { span, spans } = createTestSpan({}, { mask: (text) => text.replace('sk-secret', '***') })
    span.end({
      status: 200,
      call: { ...receipt, id: 'sk-secret', requestedModel: 'sk-secret', attempts: [{ ...failed, model: 'sk-secret' }] },
    })
    expect(JSON.stringify(spans)).not.toContain('sk-secret')
  })
})

describe('sampling', () => {
  it("keeps the caller's decision, and still passes its trace on", () => {
    const { span, spans } = createTestSpan({ traceparent: `00-${trace}-${caller}-00` })
    expect(span.attempt().traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`))
    span.end({ status: 200, call: receipt })
    expect(spans).toEqual([])
  })

  it.each([
    [0, 0],
    [0.25, 250],
    [1, 1_000],
  ])('records of 1,000 traces at a ratio of %s about %s', (sampleRatio, about) => {
    let step = 0
    // Evenly spread over the 52 bits that decide.
    const newId = (): string =>
      `f${'0'.repeat(18)}${Math.floor((step++ / 2_000) * 2 ** 52)
        .toString(16)
        .padStart(13, '0')}`
    const sampled = Array.from({ length: 1_000 }, () => createTestSpan({}, { sampleRatio, newId }).span.sampled)
    expect(sampled.filter(Boolean)).toHaveLength(about)
  })
})
