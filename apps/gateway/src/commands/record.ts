import { closeSync, openSync, writeSync } from 'node:fs'
import { systemDeps } from '@proxyapi/core'
import type { CliContext } from '../process.ts'
import { toJson } from '../terminal.ts'
import { readFlags, UsageError } from './arguments.ts'
import { type AskAdmin, adminKey, askRemote, RefusedError } from './running-gateway.ts'

export const recordHelp = `proxyapi record --url URL --reason TEXT [--key KEY] [--key-name NAME] [--minutes N] [--max-requests N]
                [--out FILE] [--keep] [--json]

Has a running gateway record requests with their bodies for a while, and fetches them as they come: for "proxyapi replay", and as
the profile of a load test. Secrets, e-mail addresses and card numbers are masked, end users have pseudonyms, and the start is
audited with its reason. The recording ends with its time, its number of requests, its size, or Ctrl-C.

  --url URL          of the running gateway
  --reason TEXT      why: it stands in the audit log
  --key KEY          of who may record (PROXYAPI_KEY)
  --key-name NAME    records this key's requests alone (all)
  --minutes N        at most 60 (10)
  --max-requests N   at most 10000 (1000)
  --out FILE         a new file, which only its owner reads; standard output without it
  --keep             the gateway keeps the recording too; else it is removed there
  --json             with --out, prints the recording's state at its end as JSON
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const flags = {
  ...{ url: text, reason: text, key: text, 'key-name': text, minutes: text, 'max-requests': text, out: text },
  ...{ keep: flag, json: flag, help: flag },
} as const

type Values = ReturnType<typeof readFlags<typeof flags>>

/** A recording as `/api/recordings` tells it. */
interface Recording {
  readonly id: string
  readonly status: 'running' | 'ended'
  readonly end: string | null
  readonly requests: number
  readonly bytes: number
  readonly ends_at: string
}

interface Page {
  readonly recording: Recording
  readonly lines: readonly string[]
  readonly next: number
}

const pollMs = 500
const ownerOnly = 0o600

function readNumber(name: 'minutes' | 'max-requests', value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,5}(\.\d{1,3})?$/.test(value)) return Number(value)
  throw new UsageError(`--${name} is "${value.slice(0, 40)}"; allowed: a number`)
}

function toBody(values: Values): Readonly<Record<string, unknown>> {
  if (values.reason === undefined || values.reason.trim() === '') throw new UsageError('--reason is missing: say why requests are recorded')
  const body = {
    key: values['key-name'] ?? 'all',
    reason: values.reason,
    minutes: readNumber('minutes', values.minutes),
    max_requests: readNumber('max-requests', values['max-requests']),
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}

interface Output {
  readonly write: (lines: readonly string[]) => void
  readonly close: () => void
}

/** Where lines go. @throws the system's error, `EEXIST` for a file that is there */
function openOutput(path: string | undefined, context: CliContext): Output {
  if (path === undefined) return { write: (lines) => context.out(lines.map((line) => `${line}\n`).join('')), close: () => undefined }
  const file = openSync(path, 'wx', ownerOnly)
  return {
    write: (lines) => {
      if (lines.length > 0) writeSync(file, lines.map((line) => `${line}\n`).join(''))
    },
    close: () => closeSync(file),
  }
}

/** One line, written over and over: only a terminal shows it. */
function progressLine({ requests, bytes, ends_at: endsAt }: Recording): string {
  const left = Math.max(0, Math.round((Date.parse(endsAt) - systemDeps.now()) / 1000))
  return `\r${requests} requests  ${(bytes / 1024).toFixed(0)} KiB  ${left} s left   `
}

/** Fetches what comes until the recording has ended and nothing of it is left to fetch. */
async function follow(ask: AskAdmin, id: string, { output, context }: { readonly output: Output; readonly context: CliContext }) {
  let isStopping = false
  context.onStop(() => {
    isStopping = true
  })
  for (let from = 0; ; ) {
    if (isStopping) await ask('POST', `/api/recordings/${id}/stop`)
    const { recording, lines, next } = (await ask('GET', `/api/recordings/${id}/lines?from=${from}`)) as Page // as the route answers it
    output.write(lines)
    if (context.isTerminal === true) context.err(progressLine(recording))
    if (recording.status === 'ended' && next === from) {
      if (context.isTerminal === true) context.err('\n')
      return recording
    }
    if (next === from) await systemDeps.sleep(pollMs)
    from = next
  }
}

async function run(ask: AskAdmin, values: Values, context: CliContext): Promise<number> {
  const body = toBody(values)
  const output = openOutput(values.out, context)
  try {
    const { id } = (await ask('POST', '/api/recordings', body)) as Recording // as the route answers it
    const recording = await follow(ask, id, { output, context })
    if (values.keep !== true) await ask('DELETE', `/api/recordings/${id}`)
    if (values.out !== undefined) {
      const told = `${recording.requests} requests in ${values.out}; ended by ${recording.end ?? 'itself'}\n`
      context.out(values.json === true ? toJson({ ...recording, file: values.out }) : told)
    }
    return 0
  } finally {
    output.close()
  }
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}

export async function record(args: readonly string[], context: CliContext): Promise<number> {
  const values = readFlags(args, flags)
  if (values.help === true) {
    context.out(recordHelp)
    return 0
  }
  if (values.url === undefined) throw new UsageError('--url is missing: the address of a running gateway, such as http://127.0.0.1:8000')
  try {
    return await run(askRemote(values.url, adminKey(values.key, context)), values, context)
  } catch (error) {
    if (!(error instanceof RefusedError) && !isSystemError(error)) throw error
    const isThere = isSystemError(error) && error.code === 'EEXIST'
    context.err(`proxyapi record: ${isThere ? `${values.out ?? ''} is there already; name a new file` : error.message}\n`)
    return 1
  }
}
