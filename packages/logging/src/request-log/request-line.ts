import type { LogLevel } from '../logger/log-level.ts'
import { escapeControls } from '../logger/log-line.ts'
import type { CallRecord, UsageRecord } from '../record/call-record.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { quote as quoteJson } from '../record/json-text.ts'
import { modelNameOf } from '../record/model-name.ts'
import { toUsd } from '../record/money.ts'
import { upstreamMs } from '../record/upstream-ms.ts'

/** The log line of a request. */
export interface RequestLine {
  readonly level: LogLevel
  /** JSON, newline included, in the fields of every other line of the log. */
  readonly text: string
}

/*
 * Written by hand: the fields are known, only a few of them were invented by a client and those are masked before, and a general logger spends
 * ten times as much on a line (bench/recorder.mjs).
 */

const outcomes = { complete: 'complete', error: 'error', canceled: 'client_closed' } as const

/** Requests that watchers make all day long: logged at DEBUG when all is well. */
const quiet = /^\/(health|metrics)(\/|$)/
const maxPathCharacters = 200
/** Characters that JSON lets stand and a terminal does not. */
const beyondAscii = /[^\u0020-\u007e]/

function quote(text: string): string {
  const quoted = quoteJson(text)
  return beyondAscii.test(quoted) ? escapeControls(quoted) : quoted
}

function textField(name: string, text: string | undefined): string {
  return text === undefined ? '' : `,"${name}":${quote(text)}`
}

/** A number that JSON has no word for is left out, as is one that is not there. */
function numberField(name: string, value: number | null | undefined): string {
  return value === undefined || (value !== null && !Number.isFinite(value)) ? '' : `,"${name}":${value}`
}

function listField(name: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : `,"${name}":[${texts.map(quote).join(',')}]`
}

function usageFields(usage: UsageRecord | undefined): string {
  if (usage === undefined) return ''
  const whole = `,"tokens":${usage.totalTokens},"input_tokens":${usage.inputTokens},"output_tokens":${usage.outputTokens}`
  return whole + numberField('cached_tokens', usage.cachedInputTokens) + numberField('reasoning_tokens', usage.reasoningTokens)
}

/** A price that is not known is `null`, never 0. */
function moneyFields({ costNanoUsd, wastedNanoUsd, cache }: CallRecord): string {
  const wasted = wastedNanoUsd === 0 ? '' : numberField('wasted_usd', toUsd(wastedNanoUsd))
  return numberField('cost_usd', toUsd(costNanoUsd)) + wasted + numberField('saved_usd', toUsd(cache?.savedNanoUsd))
}

function timeFields(call: CallRecord): string {
  const { startedAtMs, firstContentAtMs, endedAtMs, attempts } = call
  const latency = endedAtMs - startedAtMs
  const firstContent = firstContentAtMs === undefined ? '' : numberField('ttft_ms', firstContentAtMs - startedAtMs)
  if (attempts.length === 0) return numberField('latency_ms', latency) + firstContent
  const upstream = upstreamMs(call)
  return `${numberField('latency_ms', latency)}${firstContent},"upstream_ms":${upstream},"overhead_ms":${latency - upstream}`
}

function faultsOf({ attempts }: CallRecord): readonly string[] {
  return attempts.some(({ faults }) => faults !== undefined) ? attempts.flatMap(({ faults }) => faults ?? []) : []
}

/** Why providers could not be reached, each reason once. */
function causesOf({ attempts }: CallRecord): readonly string[] {
  if (!attempts.some(({ causeCode }) => causeCode !== undefined)) return []
  return [...new Set(attempts.flatMap(({ provider, causeCode }) => (causeCode === undefined ? [] : [`${provider} ${causeCode}`])))]
}

/** `name:verdict`, each once. */
function verdictsOf(guardrails: NonNullable<CallRecord['guardrails']>): readonly string[] {
  return [...new Set(guardrails.map(({ name, verdict }) => `${name}:${verdict}`))]
}

function callFields(call: CallRecord): string {
  const { condensation, error, cache } = call
  const condensed = condensation === undefined ? undefined : `${condensation.fromTokens}/${condensation.toTokens}`
  return (
    textField('provider', call.provider) +
    textField('model', modelNameOf(call) ?? call.requestedModel) +
    `,"attempts":${call.attempts.length},"stream":${call.stream},"outcome":"${outcomes[call.outcome]}"` +
    textField('error_code', error?.code) +
    textField('limit', error?.limit) +
    listField('causes', causesOf(call)) +
    textField('cache', cache?.status) +
    textField('condensed', condensed) +
    (call.guardrails === undefined ? '' : listField('guardrails', verdictsOf(call.guardrails))) +
    usageFields(call.usage) +
    moneyFields(call) +
    timeFields(call) +
    listField('injected_faults', faultsOf(call)) +
    listField('dropped_params', call.dropped) +
    (call.changed === undefined ? '' : listField('changed_params', call.changed))
  )
}

function requestFields(request: CompletedRequest): string {
  const path = request.endpoint === 'other' ? request.path.slice(0, maxPathCharacters) : undefined
  return (
    textField('path', path) +
    textField('error_code', request.error?.code) +
    textField('limit', request.error?.limit) +
    numberField('latency_ms', request.endedAtMs - request.startedAtMs)
  )
}

function verdictOf({ status, call, endpoint }: CompletedRequest): readonly [LogLevel, string] {
  if (status >= 500 || (status < 400 && call?.outcome === 'error')) return ['ERROR', 'Request failed']
  if (status === 499) return ['INFO', 'Client left']
  if (status >= 400) return ['WARNING', 'Request refused']
  return [quiet.test(endpoint) ? 'DEBUG' : 'INFO', 'Request processed']
}

let formattedSecond = Number.NaN
let secondText = ''

/** A moment in ISO 8601. The text of a second is kept: formatting a date costs as much as half a line. */
function toTimestamp(atMs: number): string {
  const second = Math.floor(atMs / 1_000)
  if (second !== formattedSecond) {
    formattedSecond = second
    secondText = new Date(second * 1_000).toISOString().slice(0, 20)
  }
  return `${secondText}${String(Math.floor(atMs) - second * 1_000).padStart(3, '0')}Z`
}

/**
 * The one log line that a request gets, also one that never became a call. It holds no prompt, no answer, no key and no error text, which may
 * quote a prompt. What its client invented must have been masked before.
 */
export function toRequestLine(request: CompletedRequest): RequestLine {
  const [level, message] = verdictOf(request)
  const { call } = request
  const text =
    `{"level":"${level}","timestamp":"${toTimestamp(request.endedAtMs)}","extra_data":{"request_id":${quote(request.id)}` +
    textField('key', (request.key ?? call?.principal)?.name) +
    textField('method', request.method) +
    textField('endpoint', request.endpoint) +
    `,"status":${request.status}` +
    (call === undefined ? requestFields(request) : callFields(call)) +
    textField('trace_id', request.traceId ?? call?.traceId) +
    `},"message":"${message}"}\n`
  return { level, text }
}
