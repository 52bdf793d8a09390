import type { SignalAttempt, SignalReceipt } from './signal-receipt.ts'
import type { Happening } from './tally.ts'

/** Errors that are the caller's doing: they count as requests, but tell nothing of the gateway's health. */
const callersErrors: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_api_key',
  'forbidden',
  'not_found',
  'model_not_found',
  'method_not_allowed',
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
  'unsupported_operation',
  'rate_limit_exceeded',
  'client_closed_request',
  'context_length_exceeded',
  'content_filter',
])

/** Attempts that ended so say nothing against the provider. */
const innocentOutcomes: ReadonlySet<string> = new Set(['success', 'caller', 'context_length', 'content_policy'])
/** Attempts that were given up before they had ended. */
const openOutcomes: ReadonlySet<string> = new Set(['pending', 'canceled'])
const cacheHits: ReadonlySet<string> = new Set(['hit', 'stale', 'coalesced'])

function tokensOf({ attempts, usage, cache }: SignalReceipt): number {
  const consumed = attempts.reduce((sum, attempt) => sum + (attempt.usage?.totalTokens ?? 0), 0)
  return consumed > 0 || cacheHits.has(cache?.status ?? '') ? consumed : (usage?.totalTokens ?? 0)
}

function cacheCounters(status: string | undefined): Happening['counters'] {
  if (status === undefined || status === 'bypass') return {}
  return { cacheLookups: 1, cacheHits: cacheHits.has(status) ? 1 : 0 }
}

/** A request as the client saw it. */
export function toRequestHappening(receipt: SignalReceipt): Happening {
  const { outcome, error, stream, costNanoUsd, wastedNanoUsd, startedAtMs, firstContentAtMs, endedAtMs } = receipt
  const canceled = outcome === 'canceled' ? 1 : 0
  return {
    counters: {
      requests: 1,
      canceled,
      failures: outcome === 'error' && !callersErrors.has(error?.code ?? '') ? 1 : 0,
      tokens: tokensOf(receipt),
      costNanoUsd: (costNanoUsd ?? 0) + wastedNanoUsd,
      ...cacheCounters(receipt.cache?.status),
    },
    latencyMs: canceled === 1 ? undefined : endedAtMs - startedAtMs,
    firstContentMs: stream && firstContentAtMs !== undefined ? firstContentAtMs - startedAtMs : undefined,
  }
}

/** One upstream try. */
export function toAttemptHappening(attempt: SignalAttempt, stream: boolean): Happening {
  const { outcome, startedAtMs, answeredAtMs, endedAtMs } = attempt
  const isOpen = openOutcomes.has(outcome)
  return {
    counters: {
      requests: 1,
      canceled: isOpen ? 1 : 0,
      failures: isOpen || innocentOutcomes.has(outcome) ? 0 : 1,
      tokens: attempt.usage?.totalTokens ?? 0,
      costNanoUsd: attempt.costNanoUsd ?? 0,
      credentialFailures: outcome === 'credential' ? 1 : 0,
      quotaFailures: outcome === 'quota' ? 1 : 0,
    },
    latencyMs: isOpen || endedAtMs === undefined ? undefined : endedAtMs - startedAtMs,
    firstContentMs: stream && answeredAtMs !== undefined ? answeredAtMs - startedAtMs : undefined,
  }
}
