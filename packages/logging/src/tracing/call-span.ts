import type { AttemptRecord } from '../record/call-record.ts'
import { attemptAttributes, isFailure, type Mask, requestAttributes } from './span-attributes.ts'
import type { SpanRecord } from './span-record.ts'
import { parseTraceparent, parseTracestate, type TraceContext, type TraceHeaders, toTraceparent } from './trace-context.ts'
import type { CallEnd, CallStart, Stage } from './traced.ts'

/** The trace of one request. Ids are known at once; the spans are made when all is over. */
export interface CallSpan {
  readonly traceId: string
  readonly spanId: string
  /** Whether the trace is recorded, here and upstream. */
  readonly sampled: boolean
  /** An upstream attempt begins: the headers to send with it. `index` is its place on the receipt. Default: the next. */
  readonly attempt: (index?: number) => TraceHeaders
  /** A piece of work has ended. */
  readonly stage: (stage: Stage) => void
  /** The answer has gone. Later calls do nothing. */
  readonly end: (end: CallEnd) => void
}

export interface CallSpanDeps {
  /** Unix milliseconds. */
  readonly now: () => number
  /** 32 lower-case hexadecimal characters. */
  readonly newId: () => string
  readonly mask: Mask
  /** Of the traces that begin here, the share that is recorded: 0 to 1. */
  readonly sampleRatio: number
  readonly record: (span: SpanRecord) => void
}

const maxStages = 16

/** As probable as `ratio`, and the same for everybody who sees the same trace: decided by the id's last 52 bits. */
function isSampled(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(-13), 16) / 2 ** 52 < ratio
}

function toContext(parent: TraceContext | undefined, { newId, sampleRatio }: CallSpanDeps): TraceContext {
  const id = newId()
  // A caller that takes part in tracing has decided already (OpenTelemetry's parent-based sampling).
  if (parent !== undefined) return { ...parent, spanId: id.slice(0, 16) }
  return { traceId: id, spanId: newId().slice(0, 16), sampled: isSampled(id, sampleRatio) }
}

interface Trace {
  readonly start: CallStart
  readonly startedAtMs: number
  readonly parent: TraceContext | undefined
  readonly context: TraceContext
  readonly tracestate: string | undefined
  readonly attemptIds: ReadonlyMap<number, string>
  readonly stages: readonly Stage[]
}

type Child = Omit<SpanRecord, 'context' | 'parentSpanId' | 'tracestate'>

function toAttemptSpan(attempt: AttemptRecord, operation: string, { endedAtMs, mask }: { endedAtMs: number; mask: Mask }): Child {
  return {
    name: `${operation} ${mask(attempt.model)}`,
    kind: 'client',
    startedAtMs: attempt.startedAtMs,
    endedAtMs: attempt.endedAtMs ?? endedAtMs,
    failed: isFailure(attempt),
    attributes: attemptAttributes(attempt, operation, mask),
    events: attempt.answeredAtMs === undefined ? [] : [{ name: 'gen_ai.first_content', atMs: attempt.answeredAtMs }],
  }
}

function toRequestSpan(trace: Trace, end: CallEnd, { endedAtMs, mask }: { endedAtMs: number; mask: Mask }): SpanRecord {
  const { start, parent, context, tracestate, startedAtMs } = trace
  return {
    context,
    tracestate,
    parentSpanId: parent?.spanId,
    name: `${start.method} ${start.endpoint}`,
    kind: 'server',
    startedAtMs,
    endedAtMs,
    failed: end.status >= 500,
    attributes: requestAttributes(start, end, mask),
    events: [],
  }
}

function recordTrace(trace: Trace, end: CallEnd, deps: CallSpanDeps): void {
  const times = { endedAtMs: end.endedAtMs ?? deps.now(), mask: deps.mask }
  const recordChild = (child: Child, spanId = deps.newId().slice(0, 16)): void => {
    const { context, tracestate } = trace
    deps.record({ ...child, context: { ...context, spanId }, tracestate, parentSpanId: context.spanId })
  }
  deps.record(toRequestSpan(trace, end, times))
  for (const stage of trace.stages) recordChild({ ...stage, kind: 'internal', failed: false, attributes: {}, events: [] })
  for (const [index, attempt] of (end.call?.attempts ?? []).entries()) {
    recordChild(toAttemptSpan(attempt, end.call?.operation ?? 'chat', times), trace.attemptIds.get(index))
  }
}

export function createCallSpan(start: CallStart, deps: CallSpanDeps): CallSpan {
  const startedAtMs = start.startedAtMs ?? deps.now()
  const parent = parseTraceparent(start.traceparent)
  const context = toContext(parent, deps)
  const tracestate = parent && parseTracestate(start.tracestate)
  const attemptIds = new Map<number, string>()
  const stages: Stage[] = []
  let ended = false
  return {
    ...context,
    attempt: (index = attemptIds.size) => {
      const spanId = deps.newId().slice(0, 16)
      attemptIds.set(index, spanId)
      return { traceparent: toTraceparent({ ...context, spanId }), tracestate }
    },
    stage: (stage) => {
      if (context.sampled && stages.length < maxStages) stages.push(stage)
    },
    end: (end) => {
      if (ended) return
      ended = true
      if (context.sampled) recordTrace({ start, startedAtMs, parent, context, tracestate, attemptIds, stages }, end, deps)
    },
  }
}
