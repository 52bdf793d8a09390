import { describe, expect, it } from 'vitest'
import { callWith, requestWith, usageWith } from '../record/__fixtures__/call.ts'
import type { AttemptRecord } from '../record/call-record.ts'
import { createMetrics } from './metrics.ts'
import { quantileOf } from './quantile.ts'

const attempt: AttemptRecord = {
  provider: 'openai',
  model: 'gpt-4',
  reason: 'first',
  outcome: 'success',
  startedAtMs: 0,
  endedAtMs: 200,
  usage: usageWith({ inputTokens: 10, outputTokens: 5 }),
  costNanoUsd: 1_000,
}

function afterAttempts(...attempts: readonly Partial<AttemptRecord>[]) {
  const metrics = createMetrics({ providers: ['openai', 'cohere'] })
  for (const part of attempts) {
    metrics.onCall(callWith({ attempts: [{ ...attempt, ...part }], endedAtMs: 200 }))
  }
  return metrics.snapshot()
}

describe('the figures of a provider', () => {
  it('are the documented ones', async () => {
    const { providers } = await afterAttempts(
      {},
      { endedAtMs: 400 },
      { outcome: 'server', endedAtMs: 300, usage: undefined, costNanoUsd: undefined },
    )
    expect(providers['openai']).toEqual({
      total_requests: 3,
      success_rate: 2 / 3,
      error_rate: 1 - 2 / 3,
      avg_response_time: 300,
      tokens: 30,
      input_tokens: 20,
      output_tokens: 10,
      cost_usd: 0.000002,
    })
  })

  it('are there before the first request', async () => {
    const { providers } = await afterAttempts()
    expect(Object.keys(providers)).toEqual(['openai', 'cohere'])
    expect(providers['cohere']).toMatchObject({ total_requests: 0, success_rate: 1, error_rate: 0, avg_response_time: 0 })
  })

  it('hold no given-up attempt against it', async () => {
    const { providers } = await afterAttempts({}, { outcome: 'canceled', endedAtMs: 90_000 })
    expect(providers['openai']).toMatchObject({ total_requests: 2, success_rate: 1, avg_response_time: 200 })
  })
})

describe('the other figures', () => {
  it('tell of HTTP, caches and the system', async () => {
    const metrics = createMetrics()
    for (const status of [200, 200, 200, 503]) metrics.onHttp(requestWith({ method: 'GET', endpoint: '/health', status, endedAtMs: 4 }))
    metrics.onCacheLookup({ type: 'summary_cache', hit: true })
    metrics.addGauges(() => [
      { name: 'http_requests_in_flight', value: 2 },
      { name: 'cache_entries', labels: { type: 'summary_cache' }, value: 9 },
      { name: 'system_cpus', value: 2 },
      { name: 'network_receive_bytes_total', labels: { device: 'eth0' }, value: 77 },
    ])
    const { http, cache, system } = await metrics.snapshot()
    expect(http).toMatchObject({ total_requests: 4, error_rate: 0.25, avg_response_time: 4, in_flight: 2, by_status: { 200: 3, 503: 1 } })
    expect(http.p50_response_time).toBeCloseTo(2.5)
    expect(cache['summary_cache']).toEqual({ hits: 1, misses: 0, hit_rate: 1, entries: 9 })
    expect(system).toEqual({ workers: 1, system_cpus: 2, network_receive_bytes_total: { eth0: 77 } })
  })
})

describe('a quantile', () => {
  it.each([
    ['of nothing', [0, 0, 0], 0.5, undefined],
    ['in the first bucket', [10, 0, 0], 0.5, 0.5],
    ['in the second', [0, 10, 0], 0.5, 2],
    ['across buckets', [5, 5, 0], 0.9, 2.6],
    ['beyond the last bound', [0, 0, 3], 0.5, 3],
  ])('%s', (_where, counts, share, value) => {
    const found = quantileOf([1, 3], counts, share)
    if (value === undefined) expect(found).toBeUndefined()
    else expect(found).toBeCloseTo(value)
  })
})
