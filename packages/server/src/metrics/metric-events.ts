import type { EngineEvent } from '@proxyapi/core'
import type { CompletedRequest, MetricEvent } from '@proxyapi/logging'

/** What metrics count of an engine's events; receipts tell of the rest. */
export function toMetricEvent(event: EngineEvent): MetricEvent | undefined {
  switch (event.type) {
    case 'breaker':
      return { type: 'breaker-state', provider: event.provider, model: event.model, state: event.to }
    case 'shed':
      return { type: 'shed', reason: event.reason }
    case 'attempt-start':
    case 'attempt-end':
    case 'cooldown':
    case 'fault-injected':
    case 'provider-health':
      return undefined
  }
}

/** What looks like an attack about a refusal. Words are ours: a client can't make series. */
function suspicionOf({ error, path }: CompletedRequest): string | undefined {
  if (error?.code === 'forbidden') return 'forbidden'
  if (error?.code === 'payload_too_large') return 'too_large'
  return error?.code === 'not_found' && /%2e|%2f|%5c|%00|\.\.|\\/i.test(path) ? 'path' : undefined
}

/** What metrics count of a request besides its status. A provider's limit has a code of its own. */
export function toRefusals(request: CompletedRequest): readonly MetricEvent[] {
  const { error, authFailure } = request
  if (error === undefined) return []
  const suspicion = suspicionOf(request)
  const isLimited = error.code === 'rate_limit_exceeded' || error.code === 'budget_exceeded'
  return [
    ...(authFailure === undefined ? [] : [{ type: 'auth-failure', reason: authFailure } as const]),
    ...(isLimited ? [{ type: 'rate-limited', limit: error.limit ?? 'requests' } as const] : []),
    ...(suspicion === undefined ? [] : [{ type: 'suspicious', kind: suspicion } as const]),
  ]
}
