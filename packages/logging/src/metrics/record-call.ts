import { type CallRecord, isCacheHit } from '../record/call-record.ts'
import { upstreamMs } from '../record/upstream-ms.ts'
import { add, type CounterCell } from './cells.ts'
import { createLabelLimit } from './label-limit.ts'
import { measure, recordAttempt } from './record-attempt.ts'
import type { Registry } from './registry.ts'
import type { Targets } from './targets.ts'

/** How an attempt can have ended: core's kinds of failure, and what a receipt's own end says of a pending one. */
const statuses = [
  ...['success', 'canceled', 'error', 'connection', 'timeout', 'server', 'rate_limit', 'quota', 'budget', 'authentication'],
  ...['unknown_model', 'retired_model', 'invalid_request', 'context_length', 'content_policy', 'invalid_response', 'superseded'],
]
const statusByOutcome = { complete: 'success', error: 'error', canceled: 'canceled' } as const
const maxFaults = 32
const maxGuardrails = 64

/** An attempt still open at the end shares the call's fate when the caller got its answer; else it was given up. */
function pendingStatus({ outcome }: CallRecord, isWinner: boolean): string {
  return isWinner ? statusByOutcome[outcome] : 'canceled'
}

/** Where an answer of the response cache came from; `undefined` when it came from elsewhere. */
function cacheSource(cache: NonNullable<CallRecord['cache']>): string | undefined {
  if (cache.status === 'hit') return cache.level ?? 'memory'
  return isCacheHit(cache.status) ? cache.status : undefined
}

type RecordCache = (cache: NonNullable<CallRecord['cache']>) => void

/** Its cells are looked up once: nearly every call is recorded here. */
function createCacheRecorder(registry: Registry): RecordCache {
  const hits = registry.counter('cache_hits_total', ['response_cache'])
  const misses = registry.counter('cache_misses_total', ['response_cache'])
  const saved = registry.counter('llm_saved_usd_total', ['cache'])
  const fromMemory = registry.counter('cache_answers_total', ['memory'])
  return (cache) => {
    const source = cacheSource(cache)
    if (source !== undefined) {
      hits.value++
      if (source === 'memory') fromMemory.value++
      else registry.counter('cache_answers_total', [source]).value++
    } else if (cache.status === 'miss') misses.value++
    if (cache.savedNanoUsd !== undefined && cache.savedNanoUsd !== null) add(saved, cache.savedNanoUsd)
  }
}

function recordCondensation(registry: Registry, condensation: NonNullable<CallRecord['condensation']>): void {
  add(registry.counter('llm_condensed_tokens_total'), Math.max(0, condensation.fromTokens - condensation.toTokens))
  add(registry.counter('llm_saved_usd_total', ['condensation']), condensation.savedNanoUsd ?? 0)
}

function createOutcomeCells(
  registry: Registry,
  name: 'llm_calls_total' | 'llm_streams_total',
): Readonly<Record<CallRecord['outcome'], CounterCell>> {
  const at = (outcome: CallRecord['outcome']): CounterCell => registry.counter(name, [outcome])
  return { complete: at('complete'), error: at('error'), canceled: at('canceled') }
}

/** Counts what ended calls tell. */
export function createCallRecorder(registry: Registry, targets: Targets): (call: CallRecord) => void {
  const statusLimit = createLabelLimit({ known: statuses, max: 0 })
  const faultLimit = createLabelLimit({ max: maxFaults })
  const guardrailLimit = createLabelLimit({ max: maxGuardrails })
  const calls = createOutcomeCells(registry, 'llm_calls_total')
  const streams = createOutcomeCells(registry, 'llm_streams_total')
  const overhead = registry.histogram('proxy_overhead_seconds')
  const recordCache = createCacheRecorder(registry)

  const recordAttempts = (call: CallRecord): void => {
    for (let index = 0; index < call.attempts.length; index++) {
      const attempt = call.attempts[index]
      if (attempt === undefined) continue
      const isWinner = index === call.winner
      const status = statusLimit.find(attempt.outcome === 'pending' ? pendingStatus(call, isWinner) : attempt.outcome)
      recordAttempt(targets, { call, attempt, status, isWinner })
      for (const fault of attempt.faults ?? []) registry.counter('chaos_faults_injected_total', [faultLimit.admit(fault)]).value++
    }
  }
  return (call) => {
    calls[call.outcome].value++
    if (call.stream) streams[call.outcome].value++
    recordAttempts(call)
    measure(overhead, call.endedAtMs - call.startedAtMs - upstreamMs(call), call)
    if (call.cache !== undefined) recordCache(call.cache)
    if (call.condensation !== undefined) recordCondensation(registry, call.condensation)
    if (call.guardrails === undefined) return
    for (const { name, stage, verdict } of call.guardrails)
      registry.counter('guardrail_verdicts_total', [guardrailLimit.admit(name), stage, verdict]).value++
  }
}
