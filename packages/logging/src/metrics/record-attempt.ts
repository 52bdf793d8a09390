import type { AttemptRecord, CallRecord, UsageRecord } from '../record/call-record.ts'
import { wasGivenUp } from '../record/given-up.ts'
import { add, type HistogramCell, observe, observeTraced } from './cells.ts'
import { type GenAiCells, type TargetCells, tokenKinds } from './target-cells.ts'
import type { Targets } from './targets.ts'

/** One attempt of a call that has ended. */
export interface EndedAttempt {
  readonly call: CallRecord
  readonly attempt: AttemptRecord
  /** `success` or why it failed, out of a closed set. */
  readonly status: string
  /** Whether the caller got its answer. */
  readonly isWinner: boolean
}

/** Counts a time, with the trace it belongs to. */
export function measure(cell: HistogramCell, milliseconds: number, { traceId, endedAtMs }: CallRecord): void {
  const value = milliseconds / 1_000
  if (traceId === undefined) observe(cell, value)
  else observeTraced(cell, { traceId, value, atMs: endedAtMs })
}

function recordUsage(usage: UsageRecord, cells: TargetCells, genAi: GenAiCells): void {
  add(cells.input, usage.inputTokens)
  add(cells.output, usage.outputTokens)
  observe(genAi.input, usage.inputTokens)
  observe(genAi.output, usage.outputTokens)
  for (const [kind, field] of tokenKinds) {
    const tokens = usage[field]
    if (tokens !== undefined && tokens > 0) add(cells.detail(kind), tokens)
  }
}

function recordCost({ attempt, isWinner }: EndedAttempt, cells: TargetCells): void {
  if (attempt.costNanoUsd === null) cells.unknownPrice.value++
  else if (attempt.costNanoUsd !== undefined) {
    add(cells.cost, attempt.costNanoUsd)
    if (!isWinner) add(cells.wasted, attempt.costNanoUsd)
  }
}

function recordStream(ended: EndedAttempt, cells: TargetCells, genAi: GenAiCells): void {
  const { call, attempt } = ended
  if (call.firstContentAtMs !== undefined) measure(cells.firstToken, call.firstContentAtMs - call.startedAtMs, call)
  if (attempt.answeredAtMs === undefined) return
  measure(genAi.firstToken, attempt.answeredAtMs - attempt.startedAtMs, call)
  const later = (attempt.usage?.outputTokens ?? 0) - 1
  const endedAtMs = attempt.endedAtMs ?? call.endedAtMs
  if (later > 0) observe(genAi.perToken, (endedAtMs - attempt.answeredAtMs) / 1_000 / later)
}

export function recordAttempt(targets: Targets, ended: EndedAttempt): void {
  const { call, attempt, status, isWinner } = ended
  const cells = targets.of({ provider: attempt.provider, model: attempt.model, proven: status === 'success' })
  const genAi = cells.genAi(call.operation)
  cells.requests(status).value++
  cells.attempts(attempt.reason).value++
  if (attempt.usage !== undefined) recordUsage(attempt.usage, cells, genAi)
  if (attempt.usageEstimated !== undefined) cells.estimated(attempt.usageEstimated).value++
  recordCost(ended, cells)
  if (isWinner && call.stream) recordStream(ended, cells, genAi)
  if (wasGivenUp(status)) return
  const milliseconds = (attempt.endedAtMs ?? call.endedAtMs) - attempt.startedAtMs
  measure(cells.duration, milliseconds, call)
  measure(genAi.duration(status === 'success' ? '' : status), milliseconds, call)
}
