import type { MetricFamily } from '../../packages/logging/src/metrics/metric-family.ts'

const introduction = `# Metrics

Every series of \`GET /metrics/prometheus\`. Labels come from closed sets, so that a client can't create series. [Observability](observability.md#metrics) says how to read them,
[deploy](../deploy/README.md) has dashboards and rules.

<!-- This page is made from the table of the code by tooling/reference. Change it with: npx vitest run tooling/reference -u -->
`

/** The page of every metric. */
export function metricsPage(families: Readonly<Record<string, MetricFamily>>): string {
  const rows = Object.entries(families).map(([name, { type, help, labels }]) => {
    const labelled = labels.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${type} | ${labelled} | ${help.replaceAll('|', '\\|')} |`
  })
  return `${introduction}\n${['| name | type | labels | what it says |', '| --- | --- | --- | --- |', ...rows].join('\n')}\n`
}
