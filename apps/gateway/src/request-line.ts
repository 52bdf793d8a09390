import type { Receipt } from '@proxyapi/core'

/** What one log line tells of a request. No prompt, no answer, no key. */
export function toRequestLine(receipt: Receipt): Readonly<Record<string, unknown>> {
  const { usage, error } = receipt
  const faults = receipt.attempts.flatMap((attempt) => attempt.faults ?? [])
  return {
    request_id: receipt.id,
    key: receipt.principal?.name,
    provider: receipt.provider,
    model: receipt.model ?? receipt.requestedModel,
    attempts: receipt.attempts.length,
    stream: receipt.stream,
    outcome: receipt.outcome,
    tokens: usage?.totalTokens,
    input_tokens: usage?.inputTokens,
    output_tokens: usage?.outputTokens,
    latency_ms: receipt.endedAtMs - receipt.startedAtMs,
    ttft_ms: receipt.firstContentAtMs === undefined ? undefined : receipt.firstContentAtMs - receipt.startedAtMs,
    ...(error !== undefined && { error_code: error.code, error: error.message }),
    ...(faults.length > 0 && { injected_faults: faults }),
    ...(receipt.dropped.length > 0 && { dropped_params: receipt.dropped }),
  }
}
