import { isProxyApiError, systemDeps } from '@proxyapi/core'
import type { CliContext } from '../process.ts'
import { readBounded } from '../read-bounded.ts'
import { liveReplay } from '../replay/live-replay.ts'
import { predictReplay } from '../replay/predict-replay.ts'
import { RecordingError, type RecordingFile, readRecording } from '../replay/read-recording.ts'
import type { ReplayFigures } from '../replay/replay-figures.ts'
import type { ReplayReport } from '../replay/replay-report.ts'
import { createPaint, toJson, toTable } from '../terminal.ts'
import { readArguments, UsageError } from './arguments.ts'
import { configPath, loadOrTell } from './load.ts'
import { adminKey, toGatewayUrl } from './running-gateway.ts'

export const replayHelp = `proxyapi replay FILE [--config FILE] [--seed N] [--assume-failure-rate N] [--assume-latency-ms N] [--json]
proxyapi replay FILE --live --url URL [--key KEY] [--speed N] [--max-cost-usd N] [--json]

Answers what another configuration would have made of recorded requests ("proxyapi record"): cost, targets, failures. Its own
routes, retries, fallbacks, limits, budgets and cache run in the recording's time, and nobody is asked: where a provider would
be, the recording says how it answered that request; for others of its requests, as often and as long as the recording has it;
for a target that was never asked, with the tokens of the request and what is assumed.

  --config FILE              the other configuration (PROXYAPI_CONFIG)
  --seed N                   for what is drawn (1)
  --assume-failure-rate N    of targets that were never asked, 0 to 1 (0)
  --assume-latency-ms N      of targets that were never asked (the request's own)
  --live                     sends the requests to a running gateway instead
  --url URL                  of that gateway
  --key KEY                  that it is asked with (PROXYAPI_KEY)
  --speed N                  times faster than recorded (1)
  --max-cost-usd N           nothing more is sent when so much has been spent (1)
  --json                     the whole report, with the requests whose fate differs
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const flags = {
  ...{ config: text, seed: text, 'assume-failure-rate': text, 'assume-latency-ms': text },
  ...{ live: flag, url: text, key: text, speed: text, 'max-cost-usd': text, json: flag, help: flag },
} as const

type Values = ReturnType<typeof readArguments<typeof flags>>['values']

/** Above this a file is no recording of ours: `recordings.max_size_mb` is 256 at most. */
const maxFileBytes = 300 * 1024 * 1024

function readNumber(
  values: Values,
  name: 'seed' | 'assume-failure-rate' | 'assume-latency-ms' | 'speed' | 'max-cost-usd',
  max: number,
): number | undefined {
  const given = values[name]
  if (given === undefined) return undefined
  const number = /^\d{1,9}(\.\d{1,6})?$/.test(given) ? Number(given) : Number.NaN
  if (number <= max) return number
  throw new UsageError(`--${name} is "${given.slice(0, 40)}"; allowed: a number from 0 to ${max}`)
}

function readSpeed(values: Values): number {
  const speed = readNumber(values, 'speed', 1_000) ?? 1
  if (speed > 0) return speed
  throw new UsageError('--speed is 0; allowed: a number above 0, up to 1000')
}

/** The recording; `undefined` when it can't be read, which has been told. */
function openRecording(path: string, context: CliContext): RecordingFile | undefined {
  try {
    return readRecording(path === '-' ? readBounded(0, maxFileBytes) : readBounded(path, maxFileBytes))
  } catch (error) {
    const reason =
      error instanceof RecordingError
        ? `is no recording: ${error.message}`
        : `can't be read: ${error instanceof Error ? error.message : String(error)}`
    context.err(`${path} ${reason}\n`)
    return undefined
  }
}

function predict(recording: RecordingFile, values: Values, context: CliContext): Promise<ReplayReport> | undefined {
  const seed = Math.floor(readNumber(values, 'seed', 999_999_999) ?? 1)
  const assumptions = {
    failureRate: readNumber(values, 'assume-failure-rate', 1) ?? 0,
    latencyMs: readNumber(values, 'assume-latency-ms', 3_600_000),
  }
  const config = loadOrTell(configPath(values.config, context), context, values.json)
  return config && predictReplay(recording, { config, seed, assumptions, breathe: systemDeps.defer })
}

function live(recording: RecordingFile, values: Values, context: CliContext): Promise<ReplayReport> {
  if (values.url === undefined) throw new UsageError('--live needs --url, the address of a running gateway')
  let isStopped = false
  context.onStop(() => {
    isStopped = true
  })
  const showsProgress = context.isTerminal === true && values.json !== true
  return liveReplay(recording, {
    url: toGatewayUrl(values.url),
    key: adminKey(values.key, context),
    speed: readSpeed(values),
    maxCostUsd: readNumber(values, 'max-cost-usd', 1_000_000) ?? 1,
    deps: systemDeps,
    onProgress: (sent, planned, spent) => {
      if (showsProgress) context.err(`\r${sent}/${planned} sent  $${spent.toFixed(4)}   ${sent === planned ? '\n' : ''}`)
    },
    isStopped: () => isStopped,
  })
}

function usd(value: number): string {
  return `$${value.toFixed(4)}`
}

function signed(value: number, show: (value: number) => string): string {
  return `${value < 0 ? '-' : '+'}${show(Math.abs(value))}`
}

type Row = readonly [name: string, read: (figures: ReplayFigures) => number | null, show: (value: number) => string]

const rows: readonly Row[] = [
  ['answered', ({ answered }) => answered, String],
  ['failed', ({ failed }) => failed, String],
  ['left', ({ canceled }) => canceled, String],
  ['from the cache', ({ cached }) => cached, String],
  ['attempts', ({ attempts }) => attempts, String],
  ['cost', ({ cost_usd: cost }) => cost, usd],
  ['wasted', ({ wasted_usd: wasted }) => wasted, usd],
  ['p50 ms', ({ latency_ms: { p50 } }) => p50, String],
  ['p95 ms', ({ latency_ms: { p95 } }) => p95, String],
]

function toTables({ recorded, replayed }: ReplayReport): string {
  const shown = (value: number | null, show: Row[2]): string => (value === null ? '-' : show(value))
  const totals = rows.map(([name, read, show]) => {
    const [before, after] = [read(recorded), read(replayed)]
    return [name, shown(before, show), shown(after, show), before === null || after === null ? '-' : signed(after - before, show)]
  })
  const names = [...new Set([...Object.keys(recorded.targets), ...Object.keys(replayed.targets)])]
  const cells = (target: ReplayFigures['targets'][string] | undefined): readonly string[] =>
    target === undefined ? ['0', '0', usd(0)] : [String(target.answered), String(target.failed_attempts), usd(target.cost_usd)]
  const targets = names.map((name) => [name, ...cells(recorded.targets[name]), ...cells(replayed.targets[name])])
  const codes = [...new Set([...Object.keys(recorded.errors), ...Object.keys(replayed.errors)])]
  const errors = codes.map((code) => [code, String(recorded.errors[code] ?? 0), String(replayed.errors[code] ?? 0)])
  return [
    toTable([['', 'RECORDED', 'REPLAYED', 'CHANGE'], ...totals]),
    toTable([['TARGET', 'ANSWERED', 'FAILED', 'COST', 'NOW ANSWERED', 'NOW FAILED', 'NOW COST'], ...targets]),
    ...(errors.length === 0 ? [] : [toTable([['ERROR', 'RECORDED', 'REPLAYED'], ...errors])]),
  ].join('\n')
}

function toNotes({ basis, skipped, replayed, changes, stopped }: ReplayReport): readonly string[] {
  const { now_failing: failing, now_answered: answered, routed_elsewhere: elsewhere } = changes
  const unpriced = replayed.unpriced
  return [
    `${failing} now fail, ${answered} are now answered, ${elsewhere} go elsewhere.`,
    ...(basis === null
      ? []
      : [`Attempts: ${basis.recorded} as recorded, ${basis.target} drawn from the target's others, ${basis.assumed} assumed.`]),
    ...(skipped > 0 ? [`${skipped} left out: their bodies were not recorded, or they ask nobody.`] : []),
    ...(unpriced > 0 ? [`${unpriced} answers have no known price and count as free.`] : []),
    ...(stopped === null ? [] : [`Ended early: ${stopped}.`]),
  ]
}

function toText(report: ReplayReport, context: CliContext): string {
  const { good, bad } = createPaint(context)
  const { cost_usd: cost, now_failing: failing } = report.changes
  const verdict = `${failing > 0 ? bad(`${failing} more fail`) : good('none more fails')}, cost ${signed(cost, usd)}`
  return `${toTables(report)}\n${toNotes(report).join('\n')}\n${verdict}\n`
}

export async function replay(args: readonly string[], context: CliContext): Promise<number> {
  const { values, positionals } = readArguments(args, flags)
  if (values.help === true) {
    context.out(replayHelp)
    return 0
  }
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0) throw new UsageError('expected one recording: proxyapi replay FILE')
  const recording = openRecording(path, context)
  if (recording === undefined) return 1
  try {
    const running = values.live === true ? live(recording, values, context) : predict(recording, values, context)
    if (running === undefined) return 1
    const report = await running
    context.out(values.json === true ? toJson(report) : toText(report, context))
    return 0
  } catch (error) {
    if (!isProxyApiError(error)) throw error
    context.err(`proxyapi replay: ${error.message}\n`)
    return 1
  }
}
