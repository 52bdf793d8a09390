import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptWith, callWith, requestOf, requestWith } from '../record/__fixtures__/call.ts'
import type { CallRecord } from '../record/call-record.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { toRequestLine } from './request-line.ts'

const receipt = callWith({
  id: 'req_1',
  principal: { id: 'k1', name: 'ops', role: 'admin' },
  requestedModel: 'openai/gpt-4o',
  model: 'gpt-4o-2024-08-06',
  provider: 'openai',
  stream: true,
  outcome: 'complete',
  attempts: [attemptWith({ startedAtMs: 1_005, endedAtMs: 1_240 })],
  usage: { inputTokens: 100, outputTokens: 50, totalTokens: 150, cachedInputTokens: 64, reasoningTokens: 20 },
  costNanoUsd: 1_250_000,
  wastedNanoUsd: 500_000,
  cache: { status: 'miss' },
  condensation: { fromTokens: 900, toTokens: 100 },
  dropped: ['seed'],
  startedAtMs: 1_000,
  firstContentAtMs: 1_100,
  endedAtMs: 1_245,
})

function fieldsOf(request: CompletedRequest): Record<string, unknown> {
  return JSON.parse(toRequestLine(request).text).extra_data as Record<string, unknown>
}
const lineOf = (call: CallRecord): Record<string, unknown> => fieldsOf(requestOf(call))

describe('the log line of a request', () => {
  it('tells what happened', () => {
    const request = { ...requestOf(receipt), endpoint: '/v1/messages', traceId: 'abc' }
    expect(fieldsOf(request)).toEqual({
      request_id: 'req_1',
      key: 'ops',
      method: 'POST',
      endpoint: '/v1/messages',
      status: 200,
      provider: 'openai',
      model: 'gpt-4o',
      attempts: 1,
      stream: true,
      outcome: 'complete',
      tokens: 150,
      input_tokens: 100,
      output_tokens: 50,
      cached_tokens: 64,
      reasoning_tokens: 20,
      latency_ms: 245,
      ttft_ms: 100,
      upstream_ms: 235,
      overhead_ms: 10,
      cost_usd: 0.00125,
      wasted_usd: 0.0005,
      cache: 'miss',
      condensed: '900/100',
      trace_id: 'abc',
      dropped_params: ['seed'],
    })
  })

  it('leaves out what is not known', () => {
    const failed = callWith({
      id: 'req_2',
      requestedModel: 'gpt-4o',
      stream: false,
      outcome: 'error',
      error: { code: 'rate_limit_exceeded', message: '', fault: 'gateway' },
      attempts: [],
      dropped: [],
      startedAtMs: 0,
      endedAtMs: 3,
    })
    const known = {
      request_id: 'req_2',
      method: 'POST',
      endpoint: '/v1/chat/completions',
      status: 502,
      model: 'gpt-4o',
      attempts: 0,
      stream: false,
      outcome: 'error',
      error_code: 'rate_limit_exceeded',
      cost_usd: 0,
      latency_ms: 3,
    }
    expect(lineOf(failed)).toEqual(known)
  })

  it('tells the faults of an experiment', () => {
    const attempts = [
      attemptWith({ startedAtMs: 1_005, endedAtMs: 1_010, faults: ['error'] }),
      attemptWith({ startedAtMs: 1_011, endedAtMs: 1_020 }),
    ]
    expect(lineOf({ ...receipt, attempts })).toMatchObject({ injected_faults: ['error'] })
    expect(lineOf(receipt)['injected_faults']).toBeUndefined()
  })

  it('tells money: what a hit saved, and a price that is not known as null', () => {
    const hit = lineOf({ ...receipt, attempts: [], costNanoUsd: 0, cache: { status: 'hit', savedNanoUsd: 54_400_000 } })
    expect(hit).toMatchObject({ cost_usd: 0, saved_usd: 0.0544, cache: 'hit' })
    expect(lineOf({ ...receipt, costNanoUsd: null })).toMatchObject({ cost_usd: null })
  })

  it.each([
    ['complete', 'complete'],
    ['error', 'error'],
    ['canceled', 'client_closed'],
  ] as const)('calls the outcome %s %s', (outcome, name) => {
    expect(lineOf({ ...receipt, outcome })['outcome']).toBe(name)
  })

  it.each([
    [
      'one after the other',
      [
        [0, 10],
        [20, 30],
      ],
      20,
    ],
    [
      'one within the other',
      [
        [0, 30],
        [5, 10],
      ],
      30,
    ],
    [
      'overlapping, in any order',
      [
        [20, 40],
        [0, 25],
      ],
      40,
    ],
    ['still open at the end', [[1_200]], 45],
  ] as const)('counts tries %s once', (_what, spans, upstream) => {
    const attempts = spans.map(([startedAtMs, endedAtMs]) => attemptWith({ startedAtMs, endedAtMs }))
    expect(lineOf({ ...receipt, attempts })['upstream_ms']).toBe(upstream)
  })
})

describe('a request that made no call', () => {
  it.each([
    [
      { status: 404, endpoint: 'other', path: `/nothing${'x'.repeat(300)}` },
      'WARNING',
      'Request refused',
      { path: `/nothing${'x'.repeat(192)}` },
    ],
    [
      { status: 401, error: { code: 'invalid_api_key', message: 'no', fault: 'caller' } },
      'WARNING',
      'Request refused',
      { error_code: 'invalid_api_key' },
    ],
    [{ status: 500 }, 'ERROR', 'Request failed', { status: 500 }],
    [{ status: 499 }, 'INFO', 'Client left', { status: 499 }],
    [{ status: 200, endpoint: '/health' }, 'DEBUG', 'Request processed', { endpoint: '/health' }],
    [{ status: 200, endpoint: '/v1/models' }, 'INFO', 'Request processed', { latency_ms: 7 }],
  ] as const)('%j is logged at %s', (fields, level, message, data) => {
    const line = toRequestLine(requestWith({ endedAtMs: 7, ...fields }))
    expect(line.level).toBe(level)
    expect(JSON.parse(line.text)).toMatchObject({ level, message, extra_data: data })
  })
})

it('has the moment in ISO 8601, to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (endedAtMs) => {
      expect(JSON.parse(toRequestLine(requestWith({ endedAtMs })).text).timestamp).toBe(new Date(endedAtMs).toISOString())
    }),
  )
})

it('is one line of JSON without control characters, whatever a client invents', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      const call = callWith({ id: text, requestedModel: text, dropped: [text], error: { code: text, message: text, fault: 'caller' } })
      const line = toRequestLine({ ...requestOf(call), path: text, endpoint: 'other' }).text
      expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/)
      expect(JSON.parse(line).extra_data).toMatchObject({ request_id: text, model: text, dropped_params: [text] })
    }),
  )
})
