import { anthropicWire } from './anthropic-wire.ts'
import { applyFault } from './apply-fault.ts'
import { draw } from './distribution.ts'
import type { Fault } from './fault.ts'
import { openAiWire } from './openai-wire.ts'
import type { Moment, Performance, Step, Telling } from './performance.ts'
import { drawInteger, type Random } from './random.ts'
import type { UpstreamScript } from './upstream-script.ts'
import type { PlannedAnswer, Refusal, WireForm } from './wire-form.ts'

/** What an upstream reads of a request. */
export interface Asked {
  /** Names the upstream call: the tokens of its answer carry it, so that every text tells whose it is. */
  readonly callName: string
  readonly model: string
  readonly stream: boolean
  readonly inputTokens: number
  /** Said before the answer's own first token. */
  readonly lead: string
}

const encoder = new TextEncoder()
const defaults = { headersMs: 20, firstTokenMs: 200, tokenMs: 20, tokens: 12 }
const forms = { 'openai-chat': openAiWire, 'anthropic-messages': anthropicWire } as const
const errorTypes: Readonly<Record<number, string>> = { 400: 'invalid_request_error', 401: 'authentication_error', 429: 'rate_limit_error' }
/** Share of streams whose events do not come in whole pieces. */
const raggedShare = 0.2

/** The middle dot has two bytes: a stream that is split anywhere is split inside it now and then. */
function tokenText(callName: string, index: number): string {
  return `${callName}·${index} `
}

function planAnswer(
  script: UpstreamScript,
  asked: Asked,
  drawn: { readonly fault: Fault | undefined; readonly random: Random },
): PlannedAnswer {
  const { fault, random } = drawn
  const wished = Math.max(1, Math.round(draw(script.tokens ?? defaults.tokens, random)))
  const filtered = fault?.type === 'content-filter'
  const count = filtered ? Math.min(wished, fault.afterTokens) : wished
  const wrong = fault?.type === 'usage' && fault.how === 'wrong'
  const inputTokens = wrong ? 1_000_000 : asked.inputTokens
  const usage = { inputTokens, outputTokens: count, totalTokens: inputTokens + count }
  return {
    id: `answer-${asked.callName}`,
    model: asked.model,
    tokens: Array.from({ length: count }, (_, index) => (index === 0 ? asked.lead : '') + tokenText(asked.callName, index)),
    finish: filtered ? 'content_filter' : 'stop',
    usage: fault?.type === 'usage' && fault.how === 'missing' ? undefined : usage,
  }
}

/** The answer as a stream that nothing has befallen. */
function tell(answer: PlannedAnswer, form: WireForm, pace: { readonly script: UpstreamScript; readonly random: Random }): Telling {
  const { script, random } = pace
  let afterMs = 0
  const moments: Moment[] = form.opening(answer).map((text) => ({ kind: 'opening', afterMs, text }))
  afterMs = draw(script.firstTokenMs ?? defaults.firstTokenMs, random)
  for (const token of answer.tokens) {
    moments.push({ kind: 'token', afterMs, text: form.token(answer, token), said: { text: token } })
    afterMs += draw(script.tokenMs ?? defaults.tokenMs, random)
  }
  const usage = form.usage(answer)
  const finish = form.finish(answer).join('')
  moments.push({ kind: 'finish', afterMs, text: finish, said: { finishes: true, ...(usage.length === 0 && { usage: answer.usage }) } })
  for (const text of usage) moments.push({ kind: 'usage', afterMs, text, said: { usage: answer.usage } })
  moments.push({ kind: 'end-mark', afterMs, text: form.endMark })
  return { moments, after: 'end' }
}

/** Moments of one instant travel together; a ragged stream keeps the tail of a piece back until the next one. */
function toSteps(telling: Telling, startMs: number, random: Random): Step[] {
  const ragged = random() < raggedShare
  let kept = new Uint8Array()
  const steps = telling.moments.map((moment, index): Step => {
    const bytes = encoder.encode(moment.text)
    const all = new Uint8Array(kept.length + bytes.length)
    all.set(kept)
    all.set(bytes, kept.length)
    const goesOn = moment.kind === 'token' && telling.moments[index + 1]?.kind === 'token'
    const keep = ragged && goesOn ? drawInteger(random, bytes.length) : 0
    kept = all.slice(all.length - keep)
    return { type: 'bytes', afterMs: startMs + moment.afterMs, bytes: all.subarray(0, all.length - keep), said: moment.said }
  })
  const afterMs = steps.at(-1)?.afterMs ?? startMs
  if (telling.after === 'end') steps.push({ type: 'end', afterMs })
  if (telling.after === 'reset') steps.push({ type: 'break', afterMs, fault: 'reset' })
  return steps
}

function wholeBody(
  afterMs: number,
  status: number,
  body: { readonly type: string; readonly text: string } & Pick<Extract<Step, { type: 'bytes' }>, 'said'>,
): Performance {
  const bytes = encoder.encode(body.text)
  return [
    { type: 'headers', afterMs, status, headers: { 'content-type': body.type, 'content-length': String(bytes.length) } },
    { type: 'bytes', afterMs, bytes, said: body.said },
    { type: 'end', afterMs },
  ]
}

function refuse(fault: Extract<Fault, { type: 'status' }>, form: WireForm, afterMs: number): Performance {
  const { status, retryAfterMs, code, message } = fault
  const errorType = fault.errorType ?? errorTypes[status] ?? 'server_error'
  const refusal: Refusal = { status, message: message ?? `Scripted refusal ${status}.`, errorType, code }
  const steps = wholeBody(afterMs, status, { type: 'application/json', text: form.error(refusal) })
  if (retryAfterMs === undefined) return steps
  return steps.map((step) =>
    step.type === 'headers' ? { ...step, headers: { ...step.headers, 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } } : step,
  )
}

/** What befalls a call before there is an answer; `undefined` when an answer comes. */
function planWithoutAnswer(fault: Fault | undefined, form: WireForm, afterMs: number): Performance | undefined {
  switch (fault?.type) {
    case 'status':
      return refuse(fault, form, afterMs)
    case 'refuse':
      return [{ type: 'break', afterMs: 1, fault: 'connect' }]
    case 'reset':
      return [{ type: 'break', afterMs, fault: 'reset' }]
    case 'html':
      return wholeBody(afterMs, 200, { type: 'text/html', text: '<html><body>It works!</body></html>' })
    case 'stall':
      return fault.at === 'before-headers' ? [] : undefined
    default:
      return undefined
  }
}

/** A plain answer takes as long as its stream would have taken; what cuts or stalls a stream, cuts or stalls its body. */
function planWhole(answer: PlannedAnswer, form: WireForm, told: { readonly telling: Telling; readonly headersMs: number }): Performance {
  const { telling, headersMs } = told
  const afterMs = headersMs + (telling.moments.at(-1)?.afterMs ?? 0)
  const text = form.whole(answer)
  const said = { text: answer.tokens.join(''), usage: answer.usage, finishes: true }
  if (telling.moments.some((moment) => moment.kind === 'finish')) return wholeBody(afterMs, 200, { type: 'application/json', text, said })
  const steps = wholeBody(afterMs, 200, { type: 'application/json', text: text.slice(0, text.length / 2) }).filter(
    (step) => step.type !== 'end',
  )
  if (telling.after === 'silence') return steps
  return [...steps, telling.after === 'end' ? { type: 'end', afterMs } : { type: 'break', afterMs, fault: 'reset' }]
}

/** What an upstream says when it is asked for its models, which costs nothing and tells whether it is there. */
export function planModelList(script: UpstreamScript, drawn: { readonly fault: Fault | undefined; readonly random: Random }): Performance {
  const form = forms[script.dialect ?? 'openai-chat']
  const afterMs = draw(script.headersMs ?? defaults.headersMs, drawn.random)
  return (
    planWithoutAnswer(drawn.fault, form, afterMs) ??
    wholeBody(afterMs, 200, { type: 'application/json', text: JSON.stringify({ object: 'list', data: [] }) })
  )
}

/** Everything that an upstream will do for one call, drawn in advance: whatever the caller does, the script stands. */
export function planPerformance(
  script: UpstreamScript,
  asked: Asked,
  drawn: { readonly fault: Fault | undefined; readonly random: Random },
): Performance {
  const { fault, random } = drawn
  const form = forms[script.dialect ?? 'openai-chat']
  const headersMs = draw(script.headersMs ?? defaults.headersMs, random)
  const without = planWithoutAnswer(fault, form, headersMs)
  if (without !== undefined) return without
  const answer = planAnswer(script, asked, drawn)
  const sound = tell(answer, form, { script, random })
  const telling = fault === undefined ? sound : applyFault(sound, fault, form.errorEvent)
  const streams = fault?.type === 'wrong-form' ? !asked.stream : asked.stream
  if (!streams) return planWhole(answer, form, { telling, headersMs })
  const headers = { 'content-type': form.streamType }
  return [{ type: 'headers', afterMs: headersMs, status: 200, headers }, ...toSteps(telling, headersMs, random)]
}
