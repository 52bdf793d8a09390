import { anthropicWire } from './anthropic-wire.ts'
import { applyFault } from './apply-fault.ts'
import { draw } from './distribution.ts'
import { openAiWire } from './openai-wire.ts'
import { drawInteger, type Random } from './random.ts'
import { rerankWire } from './rerank-wire.ts'
import type { ResponseScript, ResponseStep, StreamEvent, StreamScript } from './response-script.ts'
import type { ScriptedFault } from './scripted-fault.ts'
import type { UpstreamScript } from './upstream-script.ts'
import type { PlannedAnswer, Refusal, WireForm } from './wire-form.ts'

/** What an answer depends on. */
export interface AnswerRequest {
  /** The name of the upstream call. Every token of the answer contains it, so that each piece of text identifies its call. */
  readonly callName: string
  readonly model: string
  readonly stream: boolean
  readonly isRerank: boolean
  readonly inputTokens: number
  /** Text before the answer's own first token. */
  readonly lead: string
}

const encoder = new TextEncoder()
const defaults = { headersMs: 20, firstTokenMs: 200, tokenMs: 20, tokens: 12 }
const forms = { 'openai-chat': openAiWire, 'anthropic-messages': anthropicWire } as const
const errorTypes: Readonly<Record<number, string>> = { 400: 'invalid_request_error', 401: 'authentication_error', 429: 'rate_limit_error' }
/** Share of streams whose events are split between two pieces of bytes. */
const raggedShare = 0.2

/** The middle dot has two bytes, so that some splits fall inside a character. */
function tokenText(callName: string, index: number): string {
  return `${callName}·${index} `
}

function planAnswer(
  script: UpstreamScript,
  request: AnswerRequest,
  drawn: { readonly fault: ScriptedFault | undefined; readonly random: Random },
): PlannedAnswer {
  const { fault, random } = drawn
  const wanted = Math.max(1, Math.round(draw(script.tokens ?? defaults.tokens, random)))
  const filtered = fault?.type === 'content-filter'
  const count = filtered ? Math.min(wanted, fault.afterTokens) : wanted
  const wrong = fault?.type === 'usage' && fault.how === 'wrong'
  const inputTokens = wrong ? 1_000_000 : request.inputTokens
  // Rerank generates nothing.
  const outputTokens = request.isRerank ? 0 : count
  const usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens }
  return {
    id: `answer-${request.callName}`,
    model: request.model,
    tokens: Array.from({ length: count }, (_, index) => (index === 0 ? request.lead : '') + tokenText(request.callName, index)),
    finish: filtered ? 'content_filter' : 'stop',
    usage: fault?.type === 'usage' && fault.how === 'missing' ? undefined : usage,
  }
}

/** The fault-free stream of an answer. */
function renderStream(
  answer: PlannedAnswer,
  form: WireForm,
  pace: { readonly script: UpstreamScript; readonly random: Random },
): StreamScript {
  const { script, random } = pace
  let afterMs = 0
  const events: StreamEvent[] = form.opening(answer).map((text) => ({ kind: 'opening', afterMs, text }))
  afterMs = draw(script.firstTokenMs ?? defaults.firstTokenMs, random)
  for (const token of answer.tokens) {
    events.push({ kind: 'token', afterMs, text: form.token(answer, token), meaning: { text: token } })
    afterMs += draw(script.tokenMs ?? defaults.tokenMs, random)
  }
  const usage = form.usage(answer)
  const finish = form.finish(answer).join('')
  events.push({ kind: 'finish', afterMs, text: finish, meaning: { finishes: true, ...(usage.length === 0 && { usage: answer.usage }) } })
  for (const text of usage) events.push({ kind: 'usage', afterMs, text, meaning: { usage: answer.usage } })
  events.push({ kind: 'end-mark', afterMs, text: form.endMark })
  return { events, after: 'end' }
}

/** Events of one instant arrive together; a ragged stream holds the tail of a piece back until the next one. */
function toSteps(stream: StreamScript, startMs: number, random: Random): ResponseStep[] {
  const ragged = random() < raggedShare
  let kept = new Uint8Array()
  const steps = stream.events.map((event, index): ResponseStep => {
    const bytes = encoder.encode(event.text)
    const all = new Uint8Array(kept.length + bytes.length)
    all.set(kept)
    all.set(bytes, kept.length)
    const goesOn = event.kind === 'token' && stream.events[index + 1]?.kind === 'token'
    const keep = ragged && goesOn ? drawInteger(random, bytes.length) : 0
    kept = all.slice(all.length - keep)
    return { type: 'bytes', afterMs: startMs + event.afterMs, bytes: all.subarray(0, all.length - keep), meaning: event.meaning }
  })
  const afterMs = steps.at(-1)?.afterMs ?? startMs
  if (stream.after === 'end') steps.push({ type: 'end', afterMs })
  if (stream.after === 'reset') steps.push({ type: 'break', afterMs, fault: 'reset' })
  return steps
}

function wholeBody(
  afterMs: number,
  status: number,
  body: { readonly type: string; readonly text: string } & Pick<Extract<ResponseStep, { type: 'bytes' }>, 'meaning'>,
): ResponseScript {
  const bytes = encoder.encode(body.text)
  return [
    { type: 'headers', afterMs, status, headers: { 'content-type': body.type, 'content-length': String(bytes.length) } },
    { type: 'bytes', afterMs, bytes, meaning: body.meaning },
    { type: 'end', afterMs },
  ]
}

function planRefusal(fault: Extract<ScriptedFault, { type: 'status' }>, form: WireForm, afterMs: number): ResponseScript {
  const { status, retryAfterMs, code, message } = fault
  const errorType = fault.errorType ?? errorTypes[status] ?? 'server_error'
  const refusal: Refusal = { status, message: message ?? `Scripted refusal ${status}.`, errorType, code }
  const steps = wholeBody(afterMs, status, { type: 'application/json', text: form.error(refusal) })
  if (retryAfterMs === undefined) return steps
  return steps.map((step) =>
    step.type === 'headers' ? { ...step, headers: { ...step.headers, 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } } : step,
  )
}

/** The script of a call that gets no answer; `undefined` when it gets one. */
function planFailure(fault: ScriptedFault | undefined, form: WireForm, afterMs: number): ResponseScript | undefined {
  switch (fault?.type) {
    case 'status':
      return planRefusal(fault, form, afterMs)
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

/** A whole answer takes as long as its stream would; a fault that cuts or stalls the stream cuts or stalls its body. */
function planWhole(
  answer: PlannedAnswer,
  form: WireForm,
  rendered: { readonly stream: StreamScript; readonly headersMs: number },
): ResponseScript {
  const { stream, headersMs } = rendered
  const afterMs = headersMs + (stream.events.at(-1)?.afterMs ?? 0)
  const text = form.whole(answer)
  const meaning = { text: answer.tokens.join(''), usage: answer.usage, finishes: true }
  if (stream.events.some((event) => event.kind === 'finish')) return wholeBody(afterMs, 200, { type: 'application/json', text, meaning })
  const steps = wholeBody(afterMs, 200, { type: 'application/json', text: text.slice(0, text.length / 2) }).filter(
    (step) => step.type !== 'end',
  )
  if (stream.after === 'timeout') return steps
  return [...steps, stream.after === 'end' ? { type: 'end', afterMs } : { type: 'break', afterMs, fault: 'reset' }]
}

/** The script of a model list, which the engine requests as a free health check. */
export function planModelList(
  script: UpstreamScript,
  drawn: { readonly fault: ScriptedFault | undefined; readonly random: Random },
): ResponseScript {
  const form = forms[script.dialect ?? 'openai-chat']
  const afterMs = draw(script.headersMs ?? defaults.headersMs, drawn.random)
  return (
    planFailure(drawn.fault, form, afterMs) ??
    wholeBody(afterMs, 200, { type: 'application/json', text: JSON.stringify({ object: 'list', data: [] }) })
  )
}

/** The whole script of one call, drawn in advance: it does not depend on what the caller does. */
export function planResponse(
  script: UpstreamScript,
  request: AnswerRequest,
  drawn: { readonly fault: ScriptedFault | undefined; readonly random: Random },
): ResponseScript {
  const { fault, random } = drawn
  const form = request.isRerank ? rerankWire : forms[script.dialect ?? 'openai-chat']
  const headersMs = draw(script.headersMs ?? defaults.headersMs, random)
  const failure = planFailure(fault, form, headersMs)
  if (failure !== undefined) return failure
  const answer = planAnswer(script, request, drawn)
  const faultless = renderStream(answer, form, { script, random })
  const stream = fault === undefined ? faultless : applyFault(faultless, fault, form.errorEvent)
  const isStream = fault?.type === 'wrong-form' ? !request.stream : request.stream
  if (!isStream) return planWhole(answer, form, { stream, headersMs })
  const headers = { 'content-type': form.streamType }
  return [{ type: 'headers', afterMs: headersMs, status: 200, headers }, ...toSteps(stream, headersMs, random)]
}
