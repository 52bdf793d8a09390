import { type EngineEvent, isProviderError } from '@proxyapi/core'
import type { MeasuredEvent } from '@proxyapi/logging'
import type { EndedRequest } from '../request/completed-request.ts'

/** What metrics count of an engine's events; receipts tell of the rest. */
export function toMeasuredEvent(event: EngineEvent): MeasuredEvent | undefined {
  switch (event.type) {
    case 'breaker':
      return { type: 'breaker-state', provider: event.provider, model: event.model, state: event.to }
    case 'shed':
      return { type: 'shed', reason: event.reason }
    case 'attempt-start':
    case 'attempt-end':
    case 'rest':
    case 'fault-injected':
    case 'provider-health':
      return undefined
  }
}

/** What looks like an attack about a refusal. Words are ours: a client can't make series. */
function suspicionOf({ error, path }: EndedRequest): string | undefined {
  if (error?.code === 'forbidden') return 'forbidden'
  if (error?.code === 'payload_too_large') return 'too_large'
  return error?.code === 'not_found' && /%2e|%2f|%5c|%00|\.\.|\\/i.test(path) ? 'path' : undefined
}

/** What metrics count of a request besides its status. A limit of the provider's is no limit of ours. */
export function toRefusals(request: EndedRequest): readonly MeasuredEvent[] {
  const { error, authFailure } = request
  if (error === undefined) return []
  const suspicion = suspicionOf(request)
  const isLimited = error.code === 'rate_limit_exceeded' && !isProviderError(error)
  return [
    ...(authFailure === undefined ? [] : [{ type: 'auth-failure', reason: authFailure } as const]),
    ...(isLimited ? [{ type: 'rate-limited', limit: 'requests' } as const] : []),
    ...(suspicion === undefined ? [] : [{ type: 'suspicious', kind: suspicion } as const]),
  ]
}
