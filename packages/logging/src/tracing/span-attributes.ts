import { toGenAiProvider } from '../gen-ai/provider-name.ts'
import type { AttemptRecord, CallRecord } from '../record/call-record.ts'
import { wasGivenUp } from '../record/given-up.ts'
import { toUsd } from '../record/money.ts'
import type { SpanAttributes } from './span-record.ts'
import type { CallEnd, CallStart } from './traced.ts'

/** Hides secrets in what a client wrote. */
export type Mask = (text: string) => string

function usd(nanoUsd: number | null | undefined): number | undefined {
  return toUsd(nanoUsd) ?? undefined
}

function callAttributes(call: CallRecord, mask: Mask): SpanAttributes {
  return {
    'proxyapi.request_id': mask(call.id),
    'proxyapi.key.name': call.principal?.name,
    'proxyapi.outcome': call.outcome,
    'proxyapi.attempts': call.attempts.length,
    'proxyapi.cost_usd': usd(call.costNanoUsd),
    'proxyapi.cache.status': call.cache?.status,
    'proxyapi.condensed.from_tokens': call.condensation?.fromTokens,
    'proxyapi.condensed.to_tokens': call.condensation?.toTokens,
    'gen_ai.request.model': mask(call.requestedModel),
    'gen_ai.request.stream': call.stream,
    'gen_ai.response.model': call.model,
    'gen_ai.provider.name': call.provider && toGenAiProvider(call.provider),
  }
}

/** What the span of the request tells (OpenTelemetry HTTP conventions, stable, and GenAI ones). No prompt, no answer, no key. */
export function requestAttributes({ method, endpoint }: CallStart, { status, call }: CallEnd, mask: Mask): SpanAttributes {
  return {
    'http.request.method': method,
    'http.route': endpoint,
    'http.response.status_code': status,
    'error.type': status >= 500 ? (call?.error?.code ?? String(status)) : undefined,
    ...(call && callAttributes(call, mask)),
  }
}

/** What the span of an upstream attempt tells (OpenTelemetry GenAI conventions, client span). */
export function attemptAttributes(attempt: AttemptRecord, operation: string, mask: Mask): SpanAttributes {
  const { usage } = attempt
  return {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': toGenAiProvider(attempt.provider),
    'gen_ai.request.model': mask(attempt.model),
    'gen_ai.usage.input_tokens': usage?.inputTokens,
    'gen_ai.usage.output_tokens': usage?.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedInputTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWriteTokens,
    'http.response.status_code': attempt.upstreamStatus,
    'error.type': isFailure(attempt) ? attempt.outcome : undefined,
    'proxyapi.attempt.reason': attempt.reason,
    'proxyapi.attempt.outcome': attempt.outcome,
    'proxyapi.attempt.cost_usd': usd(attempt.costNanoUsd),
    'proxyapi.attempt.faults': attempt.faults,
  }
}

/** Whether an attempt went wrong; one that was given up did not. */
export function isFailure({ outcome }: AttemptRecord): boolean {
  return outcome !== 'success' && outcome !== 'pending' && !wasGivenUp(outcome)
}
