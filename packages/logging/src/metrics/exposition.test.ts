import { metrics as otel } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHistogramCell, observe, toHistogramPoint } from './cells.ts'
import { toExposition, toOpenMetricsText, toPrometheusText } from './exposition.ts'
import type { MetricsSeries } from './metric-family.ts'
import { counters, families, histograms } from './metrics.table.ts'

const empty: MetricsSeries = { values: {}, histograms: {} }

/** Sample lines as OpenTelemetry's own exporter writes them, in any order. */
async function writtenByOpenTelemetry(record: (provider: MeterProvider) => void): Promise<readonly string[]> {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ readers: [exporter] })
  record(provider)
  const { resourceMetrics } = await exporter.collect()
  await provider.shutdown()
  const text = new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics)
  return samplesOf(text)
}

/** Bounds are compared as numbers: we write `1.0`, OpenTelemetry `1`. */
function samplesOf(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => line.replace(/le="([^+"]+)"/, (_, bound: string) => `le="${Number(bound)}"`)).sort()
}

describe('the text format', () => {
  it("says what OpenTelemetry's exporter says of the same values", async () => {
    const { buckets } = histograms.http_request_duration_seconds
    const cell = createHistogramCell(['POST', 'a "quoted" \\ value\nin two lines'], buckets)
    const durations = [0.001, 0.005, 0.3, 7, 1_000]
    for (const seconds of durations) observe(cell, seconds)
    const series: MetricsSeries = {
      values: { http_requests_total: [{ labels: ['GET', '/health', '200'], value: 42 }] },
      histograms: { http_request_duration_seconds: [toHistogramPoint(cell)] },
    }
    const theirs = await writtenByOpenTelemetry((provider) => {
      const meter = provider.getMeter('test')
      meter.createCounter('http_requests_total').add(42, { method: 'GET', endpoint: '/health', status_code: '200' })
      const advice = { explicitBucketBoundaries: [...buckets] }
      const histogram = meter.createHistogram('http_request_duration_seconds', { advice })
      for (const seconds of durations) histogram.record(seconds, { method: 'POST', endpoint: cell.labels[1] ?? '' })
    })
    expect(samplesOf(toPrometheusText(series))).toEqual(theirs)
    expect(otel.getMeterProvider()).not.toBeInstanceOf(MeterProvider)
  })

  it('describes and types each metric before its samples, and leaves out what has none', () => {
    const text = toPrometheusText({ ...empty, values: { auth_failures_total: [{ labels: ['invalid'], value: 2 }] } })
    expect(text).toBe(
      [
        '# HELP auth_failures_total Requests refused for want of a good key.',
        '# TYPE auth_failures_total counter',
        'auth_failures_total{reason="invalid"} 2',
        '',
      ].join('\n'),
    )
  })

  it('lets no label value break out of its line', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const text = toPrometheusText({ ...empty, values: { requests_shed_total: [{ labels: [value], value: 1 }] } })
        const [, , sample = '', ...rest] = text.split('\n')
        expect(sample).toMatch(/^requests_shed_total\{reason="(?:[^"\\]|\\[\\"n])*"\} 1$/)
        expect(rest).toEqual([''])
      }),
    )
  })
})

describe('OpenMetrics', () => {
  const exemplar = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', value: 0.0002, atMs: 1_700_000_000_500 }
  const point = { labels: [], counts: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], sum: 0.0002, exemplars: [null, exemplar] }
  const series: MetricsSeries = {
    values: { llm_condensed_tokens_total: [{ labels: [], value: 3 }] },
    histograms: { proxy_overhead_seconds: [point] },
  }

  it('carries the trace of a bucket as its exemplar', () => {
    expect(toOpenMetricsText(series)).toContain(
      'proxy_overhead_seconds_bucket{le="0.00025"} 1 # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 0.0002 1700000000.5\n',
    )
    expect(toPrometheusText(series)).toContain('proxy_overhead_seconds_bucket{le="0.00025"} 1\n')
  })

  it('names a counter without its suffix, and ends with its end mark', () => {
    const text = toOpenMetricsText(series)
    expect(text).toContain('# TYPE llm_condensed_tokens counter\nllm_condensed_tokens_total 3\n')
    expect(text.endsWith('\n# EOF\n')).toBe(true)
  })

  it.each([
    ['application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5', 'application/openmetrics-text'],
    ['text/plain', 'text/plain'],
    ['*/*', 'text/plain'],
    [undefined, 'text/plain'],
  ])('is what a scraper that accepts %s gets as %s', (accept, type) => {
    const { contentType, text } = toExposition(series, accept)
    expect(contentType.split(';')[0]).toBe(type)
    expect(text.includes('# EOF')).toBe(type.includes('openmetrics'))
  })
})

describe('the table of metrics', () => {
  it.each(Object.entries(families))('describes %s as Prometheus wants it', (name, { type, help, labels }) => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/)
    expect(help).toMatch(/^[A-Z].*\.$/)
    expect(name.endsWith('_total')).toBe(type === 'counter')
    for (const label of labels) expect(label).toMatch(/^[a-z][a-z0-9_]*$/)
  })

  it('has every bucket above the one before', () => {
    for (const { buckets } of Object.values(histograms)) expect([...buckets]).toEqual([...new Set(buckets)].sort((a, b) => a - b))
    expect(Object.keys(counters)).toContain('http_requests_total')
  })
})
