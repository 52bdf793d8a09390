import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { families } from './metrics.table.ts'

const deploy = new URL('../../../../deploy/', import.meta.url)

interface Dashboard {
  readonly uid: string
  readonly panels: readonly { readonly title: string; readonly type: string; readonly targets?: readonly { readonly expr: string }[] }[]
}

const read = (file: string): string => readFileSync(fileURLToPath(new URL(file, deploy)), 'utf8')
const dashboards = readdirSync(fileURLToPath(new URL('grafana/dashboards/', deploy))).map(
  (file) => JSON.parse(read(`grafana/dashboards/${file}`)) as Dashboard,
)

/** Names in a query that look like metrics: words before a brace, a range or the end of an operand, functions and labels left out. */
function metricsOf(query: string): readonly string[] {
  const bare = query.replace(/\{[^}]*\}/g, '').replace(/\b(?:by|without)\s*\([^)]*\)/g, '')
  const words = bare.match(/\b[a-z_][a-z0-9_]*\b(?!\s*\()/g) ?? []
  return words.filter((word) => word.includes('_') && !word.startsWith('__'))
}

/** The metric that a series belongs to: `x_bucket`, `x_sum` and `x_count` are of `x`. */
function isMeasured(series: string): boolean {
  const histogram = families[series.replace(/_(?:bucket|sum|count)$/, '')]
  return families[series] !== undefined || histogram?.type === 'histogram'
}

describe('the dashboards', () => {
  const panels = dashboards.flatMap(({ uid, panels: all }) => all.map((panel) => ({ uid, ...panel })))
  const queries = panels.flatMap(({ uid, title, targets = [] }) => targets.map(({ expr }) => [uid, title, expr] as const))

  it.each(queries)('%s, %s: asks for metrics that there are: %s', (_uid, _title, expr) => {
    const names = metricsOf(expr.replaceAll('$__rate_interval', '1m'))
    const found = names.length > 0 ? names : (expr.match(/\bworkers\b/g) ?? [])
    expect(found.length).toBeGreaterThan(0)
    expect(found.filter((name) => !isMeasured(name))).toEqual([])
  })

  it.each([
    [
      'proxyapi',
      ['Response time', 'Throughput by endpoint', 'Error rate', 'Hit rate', 'Memory used by caches', 'Circuit breakers', 'Cost per hour'],
    ],
    ['proxyapi-security', ['Authentication failures by reason', 'Violations by limit', 'Suspicious requests by kind']],
  ])('%s shows the documented panels', (uid, titles) => {
    expect(panels.filter((panel) => panel.uid === uid).map(({ title }) => title)).toEqual(expect.arrayContaining(titles))
  })
})

describe('the alert rules for Prometheus', () => {
  it('ask for metrics that there are', () => {
    const expressions = read('prometheus/alerts.yml').match(/^ {8}expr: (?:\|\n(?: {10}.*\n)+|.*\n)/gm) ?? []
    expect(expressions.length).toBeGreaterThan(10)
    const names = expressions.flatMap((expression) => metricsOf(expression))
    expect(names.filter((name) => !isMeasured(name))).toEqual([])
  })
})
