import { describe, expect, it } from 'vitest'
import { attemptWith, callWith } from '../record/__fixtures__/call.ts'
import { toRequestLogLine } from './request-log-line.ts'

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

const written = (line: object): unknown => JSON.parse(JSON.stringify(line))

describe('the log line of a request', () => {
  it('tells what happened', () => {
    const surface = { method: 'POST', endpoint: '/v1/messages', status: 200, clientDialect: 'anthropic-messages', traceId: 'abc' }
    expect(written(toRequestLogLine(receipt, surface))).toEqual({
      request_id: 'req_1',
      key: 'ops',
      method: 'POST',
      endpoint: '/v1/messages',
      status: 200,
      client_dialect: 'anthropic-messages',
      provider: 'openai',
      model: 'gpt-4o-2024-08-06',
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
      model: 'gpt-4o',
      attempts: 0,
      stream: false,
      outcome: 'error',
      error_code: 'rate_limit_exceeded',
      cost_usd: 0,
      latency_ms: 3,
    }
    expect(written(toRequestLogLine(failed))).toEqual(known)
  })

  it('tells the faults of an experiment', () => {
    const attempts = [
      attemptWith({ startedAtMs: 1_005, endedAtMs: 1_010, faults: ['error'] }),
      attemptWith({ startedAtMs: 1_011, endedAtMs: 1_020 }),
    ]
    expect(toRequestLogLine({ ...receipt, attempts })).toMatchObject({ injected_faults: ['error'] })
    expect(toRequestLogLine(receipt)['injected_faults']).toBeUndefined()
  })

  it('tells money: what a hit saved, and a price that is not known as null', () => {
    const hit = toRequestLogLine({ ...receipt, attempts: [], costNanoUsd: 0, cache: { status: 'hit', savedNanoUsd: 54_400_000 } })
    expect(hit).toMatchObject({ cost_usd: 0, saved_usd: 0.0544, cache: 'hit' })
    expect(toRequestLogLine({ ...receipt, costNanoUsd: null })).toMatchObject({ cost_usd: null })
  })

  it.each([
    ['complete', 'complete'],
    ['error', 'error'],
    ['canceled', 'client_closed'],
  ] as const)('calls the outcome %s %s', (outcome, name) => {
    expect(toRequestLogLine({ ...receipt, outcome })['outcome']).toBe(name)
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
    expect(toRequestLogLine({ ...receipt, attempts })['upstream_ms']).toBe(upstream)
  })
})
