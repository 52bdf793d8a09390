import { type AttemptRecord, type CallRecord, isCacheHit } from '../../record/call-record.ts'
import { wasGivenUp } from '../../record/given-up.ts'
import type { SignalSample } from './window-counters.ts'

/** Attempts that ended so say nothing against the provider. */
const innocentOutcomes: ReadonlySet<string> = new Set(['success', 'invalid_request', 'context_length', 'content_policy'])
/** Attempts that were given up before they had ended. */

function tokensOf({ attempts, usage, cache }: CallRecord): number {
  const consumed = attempts.reduce((sum, attempt) => sum + (attempt.usage?.totalTokens ?? 0), 0)
  return consumed > 0 || isCacheHit(cache?.status) ? consumed : (usage?.totalTokens ?? 0)
}

function cacheCounters(status: string | undefined): SignalSample['counters'] {
  if (status === undefined || status === 'bypass') return {}
  return { cacheLookups: 1, cacheHits: isCacheHit(status) ? 1 : 0 }
}

/** A request as the client saw it. */
export function toRequestSample(receipt: CallRecord): SignalSample {
  const { outcome, error, stream, costNanoUsd, wastedNanoUsd, startedAtMs, firstContentAtMs, endedAtMs } = receipt
  const canceled = outcome === 'canceled' ? 1 : 0
  return {
    counters: {
      requests: 1,
      canceled,
      failures: outcome === 'error' && error?.fault !== 'caller' ? 1 : 0,
      tokens: tokensOf(receipt),
      costNanoUsd: (costNanoUsd ?? 0) + wastedNanoUsd,
      ...cacheCounters(receipt.cache?.status),
    },
    latencyMs: canceled === 1 ? undefined : endedAtMs - startedAtMs,
    firstContentMs: stream && firstContentAtMs !== undefined ? firstContentAtMs - startedAtMs : undefined,
  }
}

/** One upstream try. */
export function toAttemptSample(attempt: AttemptRecord, stream: boolean): SignalSample {
  const { outcome, startedAtMs, answeredAtMs, endedAtMs } = attempt
  const isOpen = outcome === 'pending' || wasGivenUp(outcome)
  return {
    counters: {
      requests: 1,
      canceled: isOpen ? 1 : 0,
      failures: isOpen || innocentOutcomes.has(outcome) ? 0 : 1,
      tokens: attempt.usage?.totalTokens ?? 0,
      costNanoUsd: attempt.costNanoUsd ?? 0,
      credentialFailures: outcome === 'authentication' ? 1 : 0,
      quotaFailures: outcome === 'quota' ? 1 : 0,
    },
    latencyMs: isOpen || endedAtMs === undefined ? undefined : endedAtMs - startedAtMs,
    firstContentMs: stream && answeredAtMs !== undefined ? answeredAtMs - startedAtMs : undefined,
  }
}
