import { isProxyApiError, ProxyApiError } from '../errors/proxy-api-error.ts'
import type { QueueRejection } from '../resilience/fair-queue.ts'
import type { HealthPool } from '../resilience/target-health.ts'
import type { Target } from './target.ts'

/** How long a caller should stay away from a gateway that has no slot. */
const saturatedRetryMs = 1_000

/** A target that was not even asked: another may be. */
export function isUnavailable(error: unknown): boolean {
  return isProxyApiError(error) && (error.code === 'circuit_open' || error.code === 'overloaded')
}

export function circuitOpen(targets: readonly Target[], health: HealthPool): ProxyApiError {
  const names = targets.slice(0, 4).map(({ key }) => key)
  const remaining = targets.map(({ key }) => health.of(key).breaker.remainingMs()).filter((ms) => ms > 0)
  return new ProxyApiError({
    code: 'circuit_open',
    message: `No target is available: ${names.join(', ')} failed too often and cool${names.length === 1 ? 's' : ''} down for a while.`,
    retryable: true,
    retryAfterMs: remaining.length === 0 ? saturatedRetryMs : Math.min(...remaining),
  })
}

export function saturated(target: Target, refusal: QueueRejection): ProxyApiError {
  const why = refusal === 'queue-full' ? 'too many requests wait for it' : 'no connection became free in time'
  return new ProxyApiError({
    code: 'overloaded',
    message: `The provider "${target.provider.name}" is busy: ${why}.`,
    retryable: true,
    retryAfterMs: saturatedRetryMs,
  })
}
