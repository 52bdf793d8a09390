import type { AttemptRecord, CallRecord, UsageRecord } from '../call-record.ts'
import type { CompletedRequest } from '../completed-request.ts'

/** A successful attempt at OpenAI, unless told otherwise. */
export function attemptWith(fields: Partial<AttemptRecord> = {}): AttemptRecord {
  return { provider: 'openai', model: 'gpt-4o', reason: 'first', startedAtMs: 0, outcome: 'success', ...fields }
}

/** A completed call without attempts, unless told otherwise. */
export function callWith(fields: Partial<CallRecord> = {}): CallRecord {
  return {
    ...{ id: 'r1', operation: 'chat', requestedModel: 'fast', stream: false, outcome: 'complete', attempts: [], dropped: [], tags: [] },
    ...{ costNanoUsd: 0, wastedNanoUsd: 0, startedAtMs: 0, endedAtMs: 0 },
    ...fields,
  }
}

export function usageWith(fields: Partial<UsageRecord> = {}): UsageRecord {
  const { inputTokens = 0, outputTokens = 0 } = fields
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens, ...fields }
}

/** A request of a chat that was answered. */
export function requestWith(fields: Partial<CompletedRequest> = {}): CompletedRequest {
  const endpoint = fields.endpoint ?? '/v1/chat/completions'
  return { id: 'r1', method: 'POST', endpoint, path: endpoint, status: 200, startedAtMs: 0, endedAtMs: 0, ...fields }
}

/** The request that made a call. */
export function requestOf(call: CallRecord): CompletedRequest {
  const { id, principal: key, startedAtMs, endedAtMs, error } = call
  return requestWith({ id, key, startedAtMs, endedAtMs, error, status: error === undefined ? 200 : 502, call })
}
