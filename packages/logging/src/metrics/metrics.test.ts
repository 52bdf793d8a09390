import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callWith, requestWith, usageWith } from '../record/__fixtures__/call.ts'
import type { AttemptRecord, CallRecord } from '../record/call-record.ts'
import { createMetrics, type Metrics } from './metrics.ts'

const attempt: AttemptRecord = {
  provider: 'openai',
  model: 'gpt-4o',
  reason: 'first',
  startedAtMs: 1_002,
  answeredAtMs: 1_102,
  endedAtMs: 1_302,
  outcome: 'success',
  usage: usageWith({ inputTokens: 100, outputTokens: 50, cachedInputTokens: 64, reasoningTokens: 20 }),
  costNanoUsd: 1_250_000,
}
const receipt = callWith({
  stream: false,
  outcome: 'complete',
  attempts: [attempt],
  winner: 0,
  startedAtMs: 1_000,
  endedAtMs: 1_305,
})
const failed: AttemptRecord = { ...attempt, outcome: 'server', usage: undefined, costNanoUsd: undefined }

function createTestMetrics(): Metrics {
  return createMetrics({ providers: ['openai', 'anthropic'], models: ['gpt-4o'], maxModels: 3, endpoints: ['/v1/chat/completions'] })
}

/** The lines of one metric, without those of its zeros. */
async function linesOf(metrics: Metrics, name: string): Promise<readonly string[]> {
  const text = await metrics.prometheus()
  return text.split('\n').filter((line) => new RegExp(`^${name}[ {]`).test(line) && !line.endsWith(' 0'))
}

async function afterReceipt(...receipts: readonly CallRecord[]): Promise<Metrics> {
  const metrics = createTestMetrics()
  for (const one of receipts) metrics.onCall(one)
  return metrics
}

describe('metrics of HTTP requests', () => {
  it('counts them by method, endpoint and status, and their time', async () => {
    const metrics = createTestMetrics()
    metrics.onHttp(requestWith({ method: 'POST', endpoint: '/v1/chat/completions', status: 200, endedAtMs: 245 }))
    metrics.onHttp(requestWith({ method: 'POST', endpoint: '/v1/chat/completions', status: 200, endedAtMs: 50 }))
    metrics.onHttp(requestWith({ method: 'POST', endpoint: '/v1/chat/completions', status: 429, endedAtMs: 1 }))
    expect(await linesOf(metrics, 'http_requests_total')).toEqual([
      'http_requests_total{method="POST",endpoint="/v1/chat/completions",status_code="200"} 2',
      'http_requests_total{method="POST",endpoint="/v1/chat/completions",status_code="429"} 1',
    ])
    const text = await metrics.prometheus()
    const labels = 'method="POST",endpoint="/v1/chat/completions"'
    expect(text).toContain(`http_request_duration_seconds_bucket{${labels},le="0.05"} 2\n`)
    expect(text).toContain(`http_request_duration_seconds_bucket{${labels},le="0.25"} 3\n`)
    expect(text).toContain(`http_request_duration_seconds_count{${labels}} 3\n`)
  })

  it.each([
    ['method', { method: 'BREW' }],
    ['endpoint', { endpoint: '/wp-login.php' }],
    ['status', { status: 99 }],
  ])('counts a %s of its own as other, once for all', async (_what, part) => {
    const metrics = createTestMetrics()
    for (let index = 0; index < 2; index++)
      metrics.onHttp(requestWith({ method: 'GET', endpoint: '/health', status: 200, endedAtMs: 0, ...part }))
    const lines = await linesOf(metrics, 'http_requests_total')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/"other".* 2$/)
  })

  it('makes no series by what clients send', async () => {
    const metrics = createTestMetrics()
    const word = fc.string({ maxLength: 200 })
    fc.assert(
      fc.property(word, word, fc.integer(), fc.double(), (method, endpoint, status, seconds) =>
        metrics.onHttp(requestWith({ method, endpoint, status, endedAtMs: seconds * 1_000 })),
      ),
    )
    expect((await metrics.prometheus()).length).toBeLessThan(50_000)
  })
})

describe('metrics of calls', () => {
  it.each([
    ['llm_requests_total', ['{provider="openai",model="gpt-4o",status="success"} 1']],
    ['llm_attempts_total', ['{provider="openai",reason="first"} 1']],
    ['llm_calls_total', ['{outcome="complete"} 1']],
    [
      'llm_tokens_total',
      ['{provider="openai",model="gpt-4o",direction="input"} 100', '{provider="openai",model="gpt-4o",direction="output"} 50'],
    ],
    [
      'llm_token_details_total',
      ['{provider="openai",model="gpt-4o",kind="cached_input"} 64', '{provider="openai",model="gpt-4o",kind="reasoning"} 20'],
    ],
    ['llm_cost_usd_total', ['{provider="openai",model="gpt-4o"} 0.00125']],
    ['llm_request_duration_seconds_sum', ['{provider="openai",model="gpt-4o"} 0.3']],
    ['proxy_overhead_seconds_sum', [' 0.005']],
    [
      'gen_ai_client_operation_duration_seconds_sum',
      ['{gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-4o",error_type=""} 0.3'],
    ],
    [
      'gen_ai_client_token_usage_sum',
      [
        '{gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-4o",gen_ai_token_type="input"} 100',
        '{gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-4o",gen_ai_token_type="output"} 50',
      ],
    ],
  ])('tell %s of a plain answer', async (name, samples) => {
    expect(await linesOf(await afterReceipt(receipt), name)).toEqual(samples.map((sample) => `${name}${sample}`))
  })

  it('count each attempt, and the money that bought no answer apart', async () => {
    const wasted = { ...attempt, outcome: 'invalid_response', costNanoUsd: 2_000_000 }
    const winner: AttemptRecord = { ...attempt, provider: 'anthropic', model: 'claude', reason: 'fallback' }
    const metrics = await afterReceipt({ ...receipt, attempts: [wasted, winner], winner: 1 })
    expect(await linesOf(metrics, 'llm_requests_total')).toEqual([
      'llm_requests_total{provider="openai",model="gpt-4o",status="invalid_response"} 1',
      'llm_requests_total{provider="anthropic",model="claude",status="success"} 1',
    ])
    expect(await linesOf(metrics, 'llm_attempts_total')).toContain('llm_attempts_total{provider="anthropic",reason="fallback"} 1')
    expect(await linesOf(metrics, 'llm_cost_usd_total')).toEqual([
      'llm_cost_usd_total{provider="openai",model="gpt-4o"} 0.002',
      'llm_cost_usd_total{provider="anthropic",model="claude"} 0.00125',
    ])
    expect(await linesOf(metrics, 'llm_wasted_usd_total')).toEqual(['llm_wasted_usd_total{provider="openai",model="gpt-4o"} 0.002'])
  })

  it('count a price that is not known instead of taking it for 0', async () => {
    const metrics = await afterReceipt({ ...receipt, attempts: [{ ...attempt, costNanoUsd: null }] })
    expect(await linesOf(metrics, 'llm_unknown_price_calls_total')).toEqual([
      'llm_unknown_price_calls_total{provider="openai",model="gpt-4o"} 1',
    ])
    expect(await linesOf(metrics, 'llm_cost_usd_total')).toEqual([])
  })

  it('add up money to the billionth', async () => {
    const metrics = createTestMetrics()
    for (let index = 0; index < 1_000; index++) metrics.onCall({ ...receipt, attempts: [{ ...attempt, costNanoUsd: 1 }] })
    expect(await linesOf(metrics, 'llm_cost_usd_total')).toEqual(['llm_cost_usd_total{provider="openai",model="gpt-4o"} 0.000001'])
  })

  it('tell the first token and the pace of a stream, and how it ended', async () => {
    const stream: CallRecord = { ...receipt, stream: true, outcome: 'canceled', firstContentAtMs: 1_103 }
    const metrics = await afterReceipt({ ...stream, attempts: [{ ...attempt, outcome: 'pending' }] })
    expect(await linesOf(metrics, 'llm_streams_total')).toEqual(['llm_streams_total{outcome="canceled"} 1'])
    expect(await linesOf(metrics, 'llm_requests_total')).toEqual([
      'llm_requests_total{provider="openai",model="gpt-4o",status="canceled"} 1',
    ])
    expect(await linesOf(metrics, 'llm_time_to_first_token_seconds_sum')).toEqual([
      'llm_time_to_first_token_seconds_sum{provider="openai",model="gpt-4o"} 0.103',
    ])
    expect((await linesOf(metrics, 'gen_ai_server_time_to_first_token_seconds_sum'))[0]).toMatch(/ 0\.1$/)
    expect((await linesOf(metrics, 'gen_ai_server_time_per_output_token_seconds_sum'))[0]).toMatch(/ 0\.0040816/)
    expect(await linesOf(metrics, 'llm_request_duration_seconds_count')).toEqual([])
  })

  it('hold a hedge that is still open at the end for given up, and its money for wasted', async () => {
    const loser = { ...attempt, outcome: 'pending' }
    const metrics = await afterReceipt({ ...receipt, attempts: [loser, { ...attempt, reason: 'hedge' }], winner: 1 })
    expect(await linesOf(metrics, 'llm_requests_total')).toEqual([
      'llm_requests_total{provider="openai",model="gpt-4o",status="canceled"} 1',
      'llm_requests_total{provider="openai",model="gpt-4o",status="success"} 1',
    ])
    expect(await linesOf(metrics, 'llm_wasted_usd_total')).toEqual(['llm_wasted_usd_total{provider="openai",model="gpt-4o"} 0.00125'])
  })

  it('count the faults of experiments', async () => {
    const metrics = await afterReceipt({ ...receipt, attempts: [{ ...failed, faults: ['delay', 'error'] }] })
    expect(await linesOf(metrics, 'chaos_faults_injected_total')).toEqual([
      'chaos_faults_injected_total{fault="delay"} 1',
      'chaos_faults_injected_total{fault="error"} 1',
    ])
  })

  it('leave out what an upstream miscounted', async () => {
    const usage = usageWith({ inputTokens: -5, outputTokens: Number.POSITIVE_INFINITY, reasoningTokens: Number.NaN })
    const metrics = await afterReceipt({ ...receipt, attempts: [{ ...attempt, usage }] })
    expect(await linesOf(metrics, 'llm_tokens_total')).toEqual([])
    expect(await metrics.prometheus()).not.toMatch(/NaN|Infinity/)
  })

  it.each([
    [{ status: 'hit', level: 'redis', savedNanoUsd: 4_000 }, { hits: 1, misses: 0 }, 'redis'],
    [{ status: 'hit' }, { hits: 1, misses: 0 }, 'memory'],
    [{ status: 'stale' }, { hits: 1, misses: 0 }, 'stale'],
    [{ status: 'coalesced' }, { hits: 1, misses: 0 }, 'coalesced'],
    [{ status: 'miss' }, { hits: 0, misses: 1 }, undefined],
    [{ status: 'bypass' }, { hits: 0, misses: 0 }, undefined],
  ] as const)('count a cache that says %o', async (cache, counts, source) => {
    const metrics = await afterReceipt({ ...receipt, attempts: [], cache })
    expect((await metrics.snapshot()).cache['response_cache']).toMatchObject(counts)
    const answers = source === undefined ? [] : [`cache_answers_total{source="${source}"} 1`]
    expect(await linesOf(metrics, 'cache_answers_total')).toEqual(answers)
  })

  it('tell what cache and condensation saved', async () => {
    const cache = { status: 'hit', savedNanoUsd: 4_000_000 } as const
    const condensation = { fromTokens: 900, toTokens: 300, savedNanoUsd: 1_000_000 }
    const metrics = await afterReceipt({ ...receipt, cache }, { ...receipt, condensation })
    expect(await linesOf(metrics, 'llm_saved_usd_total')).toEqual([
      'llm_saved_usd_total{by="cache"} 0.004',
      'llm_saved_usd_total{by="condensation"} 0.001',
    ])
    expect(await linesOf(metrics, 'llm_condensed_tokens_total')).toEqual(['llm_condensed_tokens_total 600'])
  })
})

describe('exemplars', () => {
  it('are the latest trace of a bucket, and never go back in time', async () => {
    const metrics = createTestMetrics()
    for (const [traceId, endedAtMs] of [
      ['a', 1_305],
      ['b', 1_306],
      ['c', 1_304],
    ] as const) {
      metrics.onCall({ ...receipt, endedAtMs, traceId })
    }
    const { text } = await metrics.exposition('application/openmetrics-text')
    const traces = text.split('\n').filter((line) => line.startsWith('llm_request_duration_seconds_bucket') && line.includes('# {'))
    expect(traces).toEqual([expect.stringMatching(/ # \{trace_id="b"\} 0\.3 1\.306$/)])
  })
})

describe('models as labels', () => {
  const asked = (model: string, outcome: string): CallRecord => ({ ...receipt, attempts: [{ ...attempt, model, outcome }] })

  it('count a model that no upstream has answered for as other', async () => {
    const metrics = await afterReceipt(asked('made-up-1', 'unknown_model'), asked('made-up-2', 'unknown_model'))
    expect(await linesOf(metrics, 'llm_requests_total')).toEqual([
      'llm_requests_total{provider="openai",model="other",status="unknown_model"} 2',
    ])
  })

  it('name a configured model also when it fails', async () => {
    expect(await linesOf(await afterReceipt(asked('gpt-4o', 'server')), 'llm_requests_total')).toEqual([
      'llm_requests_total{provider="openai",model="gpt-4o",status="server"} 1',
    ])
  })

  it('name only so many', async () => {
    const metrics = createTestMetrics()
    for (let index = 0; index < 100; index++) metrics.onCall(asked(`model-${index}`, 'success'))
    const lines = await linesOf(metrics, 'llm_requests_total')
    expect(lines).toHaveLength(4)
    expect(lines).toContain('llm_requests_total{provider="openai",model="other",status="success"} 97')
  })

  it('never name a kind of failure that is none', async () => {
    expect((await linesOf(await afterReceipt(asked('gpt-4o', 'sk-secret')), 'llm_requests_total'))[0]).toContain('status="other"')
  })
})

describe('events', () => {
  it.each([
    [{ type: 'auth-failure', reason: 'missing' }, 'auth_failures_total{reason="missing"} 1'],
    [{ type: 'auth-failure' }, 'auth_failures_total{reason="invalid"} 1'],
    [{ type: 'rate-limited' }, 'rate_limit_rejections_total{limit="requests"} 1'],
    [{ type: 'rate-limited', limit: 'budget' }, 'rate_limit_rejections_total{limit="budget"} 1'],
    [{ type: 'shed', reason: 'queue_full' }, 'requests_shed_total{reason="queue_full"} 1'],
    [{ type: 'suspicious', kind: 'path' }, 'suspicious_requests_total{kind="path"} 1'],
  ] as const)('count %o', async (event, line) => {
    const metrics = createTestMetrics()
    metrics.onEvent(event)
    expect(await linesOf(metrics, line.slice(0, line.indexOf('{')))).toEqual([line])
  })

  it('show the worst breaker of a provider', async () => {
    const metrics = createTestMetrics()
    expect(await metrics.prometheus()).toContain('circuit_breaker_state{provider="openai"} 0\n')
    metrics.onEvent({ type: 'breaker-state', provider: 'openai', model: 'a', state: 'open' })
    metrics.onEvent({ type: 'breaker-state', provider: 'openai', model: 'b', state: 'half-open' })
    expect(await linesOf(metrics, 'circuit_breaker_state')).toEqual(['circuit_breaker_state{provider="openai"} 2'])
    metrics.onEvent({ type: 'breaker-state', provider: 'openai', model: 'a', state: 'closed' })
    expect(await linesOf(metrics, 'circuit_breaker_state')).toEqual(['circuit_breaker_state{provider="openai"} 1'])
  })

  it('count no word without end', async () => {
    const metrics = createTestMetrics()
    for (let index = 0; index < 500; index++) metrics.onEvent({ type: 'shed', reason: `r${index}` })
    expect((await linesOf(metrics, 'requests_shed_total')).length).toBeLessThanOrEqual(33)
  })

  it('leave retries, hedges and faults to the receipt', async () => {
    const metrics = createTestMetrics()
    const before = await metrics.prometheus()
    for (const type of ['retry', 'hedge', 'fallback', 'fault-injected'] as const) metrics.onEvent({ type })
    expect(await metrics.prometheus()).toBe(before)
  })
})

describe('gauges', () => {
  it('are read at each scrape, until they are given up', async () => {
    const metrics = createTestMetrics()
    let inFlight = 1
    const remove = metrics.addGauges(() => [{ name: 'http_requests_in_flight', value: inFlight }])
    expect(await linesOf(metrics, 'http_requests_in_flight')).toEqual(['http_requests_in_flight 1'])
    inFlight = 7
    expect(await linesOf(metrics, 'http_requests_in_flight')).toEqual(['http_requests_in_flight 7'])
    remove()
    expect(await linesOf(metrics, 'http_requests_in_flight')).toEqual([])
  })

  it('may fail without failing the scrape', async () => {
    const metrics = createTestMetrics()
    metrics.addGauges(() => {
      throw new Error('disk gone')
    })
    metrics.addGauges(async () => Promise.reject(new Error('redis gone')))
    metrics.addGauges(() => [{ name: 'system_cpus', value: 2 }])
    const text = await metrics.prometheus()
    expect(text).toContain('\nsystem_cpus 2\n')
    expect(text).toContain('\nmetrics_read_failures_total 2\n')
  })

  it('stand there once, whoever tells them', async () => {
    const metrics = createTestMetrics()
    metrics.addGauges(() => [{ name: 'cache_entries', labels: { type: 'response_cache' }, value: 3 }])
    metrics.addGauges(() => [{ name: 'cache_entries', labels: { type: 'response_cache' }, value: 4 }])
    expect(await linesOf(metrics, 'cache_entries')).toEqual(['cache_entries{type="response_cache"} 4'])
  })

  it('follow hits and misses', async () => {
    const metrics = createTestMetrics()
    for (const hit of [true, true, true, false]) metrics.onCacheLookup({ type: 'summary_cache', hit })
    expect(await linesOf(metrics, 'cache_hit_rate')).toEqual(['cache_hit_rate{type="summary_cache"} 0.75'])
  })
})
