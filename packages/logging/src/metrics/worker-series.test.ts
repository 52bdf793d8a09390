import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callWith, requestWith } from '../record/__fixtures__/call.ts'
import { toPrometheusText } from './exposition.ts'
import { mergeSeries } from './merge-series.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createWorkerSeries } from './worker-series.ts'

type Action = (metrics: Metrics) => void

const answer = (seconds: number, status: number): Action => {
  return (metrics) => metrics.onHttp(requestWith({ method: 'POST', endpoint: '/v1/messages', status, endedAtMs: seconds * 1_000 }))
}
const lookup = (hit: boolean): Action => {
  return (metrics) => metrics.onCacheLookup({ type: 'summary_cache', hit })
}
const call = (costNanoUsd: number): Action => {
  const attempt = {
    provider: 'openai',
    model: 'gpt-4o',
    reason: 'first',
    outcome: 'success',
    startedAtMs: 0,
    endedAtMs: 8,
    costNanoUsd,
  } as const
  return (metrics) => metrics.onCall(callWith({ attempts: [attempt], endedAtMs: 16 }))
}
const action = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 64 }), fc.constantFrom(200, 500)).map(([seconds, status]) => answer(seconds, status)),
  fc.boolean().map(lookup),
  fc.integer({ min: 0, max: 1_000_000 }).map(call),
)

const sorted = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('workers '))
    .sort()

/** What a channel between processes does to a message. */
const sent = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value

describe('series of several workers', () => {
  it('are those of one process that did all the work', async () => {
    const work = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), action), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(work, async (actions) => {
        const one = createMetrics({ providers: ['openai'] })
        const workers = [0, 1, 2].map(() => createMetrics({ providers: ['openai'] }))
        const sum = createWorkerSeries()
        for (const [worker, act] of actions) for (const metrics of [one, workers[worker]]) if (metrics) act(metrics)
        for (const [worker, metrics] of workers.entries()) sum.update(worker, sent(await metrics.series()))
        expect(sorted(toPrometheusText(sum.series()))).toEqual(sorted(await one.prometheus()))
      }),
      { numRuns: 50 },
    )
  })

  it('never fall when a worker ends, nor when its successor starts at zero', async () => {
    const sum = createWorkerSeries()
    const requests = (): number | undefined => sum.series().values['http_requests_total']?.[0]?.value
    const first = createMetrics()
    for (let index = 0; index < 5; index++) answer(1, 200)(first)
    first.addGauges(() => [{ name: 'http_requests_in_flight', value: 4 }])
    sum.update(1, await first.series())
    expect(sum.series().values['http_requests_in_flight']).toEqual([{ labels: [], value: 4 }])
    sum.retire(1)
    expect(requests()).toBe(5)
    expect(sum.series().values['http_requests_in_flight']).toBeUndefined()
    const second = createMetrics()
    answer(1, 200)(second)
    sum.update(2, await second.series())
    expect(requests()).toBe(6)
    sum.update(2, await second.series())
    expect(requests()).toBe(6)
  })

  it('add gauges up or take the worst, as the metric asks', () => {
    const gauges = (lag: number, memory: number) => ({
      values: {
        nodejs_eventloop_lag_p99_seconds: [{ labels: [], value: lag }],
        process_resident_memory_bytes: [{ labels: [], value: memory }],
      },
      histograms: {},
    })
    const { values } = mergeSeries([gauges(0.5, 100), gauges(0.1, 50)])
    expect(values['nodejs_eventloop_lag_p99_seconds']).toEqual([{ labels: [], value: 0.5 }])
    expect(values['process_resident_memory_bytes']).toEqual([{ labels: [], value: 150 }])
  })

  it('keep the latest exemplar of a bucket', () => {
    const point = (traceId: string, atMs: number) => {
      const exemplars = [{ traceId, value: 1, atMs }, null]
      return { values: {}, histograms: { proxy_overhead_seconds: [{ labels: [], counts: [1, 0], sum: 1, exemplars }] } }
    }
    const { histograms } = mergeSeries([point('a', 1), point('b', 3), point('c', 2)])
    expect(histograms['proxy_overhead_seconds']).toEqual([
      { labels: [], counts: [3, 0], sum: 3, exemplars: [{ traceId: 'b', value: 1, atMs: 3 }, null] },
    ])
  })
})
