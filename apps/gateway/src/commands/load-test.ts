import { systemDeps } from '@proxyapi/core'
import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway, type LoadTestReport } from '@proxyapi/server'
import { toEgressOptions } from '../egress/egress-options.ts'
import type { CliContext } from '../process.ts'
import { createPaint, toJson, toTable } from '../terminal.ts'
import { readFlags, UsageError } from './arguments.ts'
import { configPath, loadOrTell } from './load.ts'
import { type AskAdmin, adminKey, askRemote, RefusedError, readAnswer, toInit } from './running-gateway.ts'

export const loadTestHelp = `proxyapi load-test [--url URL] [--key KEY] [--tier TIER] [--rps N] [--duration SECONDS] [--warm-up SECONDS]
                   [--providers LIST] [--models LIST] [--stream] [--max-cost-usd N] [--compare ID] [--config FILE] [--json]

Sends requests at a steady rate through a gateway, to the demo provider unless told otherwise, and reports rate, errors and
latencies. With --url a running gateway tests itself (the key of an admin is needed); without, one is made for it in this
process, of the configuration. The expected cost is told first; --max-cost-usd is never exceeded.

  --url URL            of a running gateway
  --key KEY            an admin's (PROXYAPI_KEY)
  --tier TIER          light 5, medium 20, heavy 100, extreme 500 requests a second (medium)
  --rps N              in the place of the tier's
  --duration SECONDS   how long (60)
  --warm-up SECONDS    before anything counts (0)
  --providers LIST     by comma (demo)
  --models LIST        by comma: provider/model, or a virtual model
  --stream             streamed answers
  --max-cost-usd N     the most that may be spent (1)
  --compare ID         with an earlier test
  --json               the report as GET /api/load-test/{id} has it
`

const flags = {
  url: { type: 'string' },
  key: { type: 'string' },
  tier: { type: 'string' },
  rps: { type: 'string' },
  duration: { type: 'string' },
  'warm-up': { type: 'string' },
  providers: { type: 'string' },
  models: { type: 'string' },
  stream: { type: 'boolean' },
  'max-cost-usd': { type: 'string' },
  compare: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

type Values = ReturnType<typeof readFlags<typeof flags>>

function readNumber(flag: keyof typeof flags, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}(\.\d{1,6})?$/.test(value)) return Number(value)
  throw new UsageError(`--${flag} is "${value.slice(0, 40)}"; allowed: a number`)
}

function readList(value: string | undefined): readonly string[] | undefined {
  return value?.split(',').map((name) => name.trim())
}

function toBody(values: Values): Readonly<Record<string, unknown>> {
  const body = {
    tier: values.tier,
    target_rps: readNumber('rps', values.rps),
    duration_seconds: readNumber('duration', values.duration),
    warm_up_seconds: readNumber('warm-up', values['warm-up']),
    providers: readList(values.providers),
    models: readList(values.models),
    stream: values.stream,
    max_cost_usd: readNumber('max-cost-usd', values['max-cost-usd']),
    compare_to: values.compare,
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}

/** A gateway to test: one that runs somewhere, or one of this process. */
interface Tested {
  readonly ask: AskAdmin
  readonly close: () => Promise<void>
}

function local(values: Values, context: CliContext): Tested | undefined {
  const config = loadOrTell(configPath(values.config, context), context, values.json)
  if (config === undefined) return undefined
  const transport = createNodeTransport(toEgressOptions(config, context))
  const open = { ...config, auth: { ...config.auth, api_keys: [] }, server: { ...config.server, host: '127.0.0.1' } }
  const gateway = createGateway(open, { transport, deps: { ...systemDeps, fetch: transport.fetch } })
  return {
    ask: async (method, path, body) => readAnswer(await gateway.fetch(`http://127.0.0.1${path}`, toInit(method, body, undefined))),
    close: gateway.close,
  }
}

const pollMs = 500

/** One line, written over and over: only a terminal shows it. */
function progressLine({ elapsed_seconds: elapsed, requests, failed, latency_ms: latency, cost_usd: cost }: LoadTestReport): string {
  return `\r${Math.round(elapsed)} s  ${requests.sent}/${requests.planned} sent  ${failed} failed  p50 ${latency.p50 ?? '-'} ms  p95 ${latency.p95 ?? '-'} ms  $${cost.toFixed(4)}   `
}

async function follow({ ask }: Tested, id: string, context: CliContext): Promise<LoadTestReport> {
  let isStopped = false
  context.onStop(() => {
    isStopped = true
  })
  for (;;) {
    const report = (await ask(isStopped ? 'POST' : 'GET', `/api/load-test/${id}${isStopped ? '/stop' : ''}`)) as LoadTestReport // as the route answers it
    if (context.isTerminal === true) context.err(progressLine(report))
    if (report.status !== 'running') {
      if (context.isTerminal === true) context.err('\n')
      return report
    }
    await systemDeps.sleep(pollMs)
  }
}

function toText(report: LoadTestReport, context: CliContext): string {
  const { good, bad } = createPaint(context)
  const shown = (value: number | null): string => (value === null ? '-' : String(value))
  const row = (
    name: string,
    {
      completed,
      failed,
      throughput_rps: rps,
      latency_ms: { p50, p90, p95, p99, max },
      cost_usd: cost,
    }: LoadTestReport['providers'][string],
  ) => [...[name, String(completed), String(failed), rps.toFixed(2)], ...[p50, p90, p95, p99, max].map(shown), `$${cost.toFixed(4)}`]
  const head = ['PROVIDER', 'ANSWERED', 'FAILED', 'RPS', 'P50', 'P90', 'P95', 'P99', 'MAX', 'COST']
  const rows = [...Object.entries(report.providers).map(([name, figures]) => row(name, figures)), row('all', report)]
  const end = report.status === 'completed' ? good('completed') : bad(`${report.status}: ${report.reason ?? ''}`)
  const { comparison } = report
  const percent = (value: number | null): string => (value === null ? '-' : `${value >= 0 ? '+' : ''}${(value * 100).toFixed(1)} %`)
  const compared =
    comparison === null
      ? ''
      : `Against ${comparison.test_id}: rate ${percent(comparison.throughput_rps)}, p50 ${percent(comparison.p50)}, p95 ${percent(comparison.p95)}\n`
  return `${toTable([head, ...rows])}${compared}${report.test_id} ${end}\n`
}

interface Estimate {
  readonly requests: number
  readonly cost_usd: number | null
  readonly models: readonly string[]
  readonly over_cap: boolean
  readonly max_cost_usd: number
}

function tellEstimate({ requests, cost_usd: cost, models, over_cap: isOver, max_cost_usd: cap }: Estimate, context: CliContext): void {
  const price = cost === null ? 'at a price that is not known' : `for about $${cost.toFixed(4)}`
  context.err(`${requests} requests to ${models.join(', ')} ${price}${isOver ? `; it will stop at $${cap}` : ''}\n`)
}

async function run(tested: Tested, values: Values, context: CliContext): Promise<number> {
  const body = toBody(values)
  const estimate = (await tested.ask('POST', '/api/load-test/estimate', body)) as Estimate // as the route answers it
  if (values.json !== true) tellEstimate(estimate, context)
  const { test_id: id } = (await tested.ask('POST', '/api/load-test/start', body)) as LoadTestReport // as the route answers it
  const report = await follow(tested, id, context)
  context.out(values.json === true ? toJson(report) : toText(report, context))
  return report.status === 'aborted' || report.completed === 0 ? 1 : 0
}

export async function loadTest(args: readonly string[], context: CliContext): Promise<number> {
  const values = readFlags(args, flags)
  if (values.help === true) {
    context.out(loadTestHelp)
    return 0
  }
  const tested =
    values.url === undefined
      ? local(values, context)
      : { ask: askRemote(values.url, adminKey(values.key, context)), close: async () => undefined }
  if (tested === undefined) return 1
  try {
    return await run(tested, values, context)
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    context.err(`proxyapi load-test: ${error.message}\n`)
    return 1
  } finally {
    await tested.close()
  }
}
