import { upstreamMs } from '../request-log/upstream-ms.ts'
import { add, type CounterCell } from './cells.ts'
import { createLabelLimit } from './label-limit.ts'
import type { MeasuredAttempt, MeasuredReceipt, ReceiptContext } from './measured.ts'
import { measure, recordAttempt } from './record-attempt.ts'
import type { Registry } from './registry.ts'
import type { Targets } from './targets.ts'

/** How an attempt can have ended: core's kinds of failure, and what a receipt's own end says of a pending one. */
const statuses = [
  ...['success', 'canceled', 'error', 'connection', 'silence', 'server', 'rate_limit', 'quota', 'credential', 'unknown_model'],
  ...['caller', 'context_length', 'content_policy', 'bad_answer'],
]
const statusByOutcome = { complete: 'success', error: 'error', canceled: 'canceled' } as const
const maxFaults = 32

/** The attempt whose answer the caller got. */
function winnerOf({ attempts }: MeasuredReceipt): MeasuredAttempt | undefined {
  return attempts.find(({ outcome }) => outcome === 'success') ?? attempts.find(({ outcome }) => outcome === 'pending')
}

/** An attempt still open at the end shares the call's fate when the caller got its answer; else it was given up. */
function pendingStatus({ outcome }: MeasuredReceipt, isWinner: boolean): string {
  return isWinner ? statusByOutcome[outcome] : 'canceled'
}

/** Where an answer of the response cache came from; `undefined` when it came from elsewhere. */
function cacheSource(cache: NonNullable<MeasuredReceipt['cache']>): string | undefined {
  if (cache.status === 'hit') return cache.level ?? 'memory'
  return cache.status === 'stale' || cache.status === 'coalesced' ? cache.status : undefined
}

function recordCache(registry: Registry, cache: NonNullable<MeasuredReceipt['cache']>): void {
  const source = cacheSource(cache)
  if (source !== undefined) {
    registry.counter('cache_hits_total', ['response_cache']).value++
    registry.counter('cache_answers_total', [source]).value++
  } else if (cache.status === 'miss') registry.counter('cache_misses_total', ['response_cache']).value++
  add(registry.counter('llm_saved_usd_total', ['cache']), cache.savedNanoUsd ?? 0)
}

function recordCondensation(registry: Registry, condensation: NonNullable<MeasuredReceipt['condensation']>): void {
  add(registry.counter('llm_condensed_tokens_total'), Math.max(0, condensation.fromTokens - condensation.toTokens))
  add(registry.counter('llm_saved_usd_total', ['condensation']), condensation.savedNanoUsd ?? 0)
}

function createOutcomeCells(
  registry: Registry,
  name: 'llm_calls_total' | 'llm_streams_total',
): Readonly<Record<MeasuredReceipt['outcome'], CounterCell>> {
  const at = (outcome: MeasuredReceipt['outcome']): CounterCell => registry.counter(name, [outcome])
  return { complete: at('complete'), error: at('error'), canceled: at('canceled') }
}

/** Counts what the receipts of ended calls tell. */
export function createReceiptRecorder(registry: Registry, targets: Targets): (receipt: MeasuredReceipt, context: ReceiptContext) => void {
  const statusLimit = createLabelLimit({ known: statuses, max: 0 })
  const faultLimit = createLabelLimit({ max: maxFaults })
  const calls = createOutcomeCells(registry, 'llm_calls_total')
  const streams = createOutcomeCells(registry, 'llm_streams_total')
  const overhead = registry.histogram('proxy_overhead_seconds')

  const recordAttempts = (receipt: MeasuredReceipt, context: ReceiptContext): void => {
    const winner = winnerOf(receipt)
    for (const attempt of receipt.attempts) {
      const isWinner = attempt === winner
      const status = statusLimit.find(attempt.outcome === 'pending' ? pendingStatus(receipt, isWinner) : attempt.outcome)
      recordAttempt(targets, { receipt, attempt, context, status, isWinner })
      for (const fault of attempt.faults ?? []) registry.counter('chaos_faults_injected_total', [faultLimit.admit(fault)]).value++
    }
  }
  return (receipt, context) => {
    calls[receipt.outcome].value++
    if (receipt.stream) streams[receipt.outcome].value++
    recordAttempts(receipt, context)
    measure(overhead, receipt.endedAtMs - receipt.startedAtMs - upstreamMs(receipt), { receipt, context })
    if (receipt.cache !== undefined) recordCache(registry, receipt.cache)
    if (receipt.condensation !== undefined) recordCondensation(registry, receipt.condensation)
  }
}
