import type { Attempt } from '../call/attempt.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import type { CircuitState } from '../resilience/circuit-breaker.ts'

interface TargetEvent {
  readonly provider: string
  /** The provider's own id. */
  readonly model: string
  /** Unix milliseconds. */
  readonly atMs: number
}

/** Why work was turned away. */
export type ShedReason = 'queue-full' | 'queue-timeout' | 'bytes' | 'lag' | 'memory' | 'tenant'

/** What happens inside an engine while calls run, for metrics, alerts and tests. Never holds a prompt, an answer or a key. */
export type EngineEvent =
  | (TargetEvent & { readonly type: 'breaker'; readonly from: CircuitState; readonly to: CircuitState })
  | (TargetEvent & { readonly type: 'attempt-start'; readonly callId: string; readonly attempt: Attempt })
  | (TargetEvent & { readonly type: 'attempt-end'; readonly callId: string; readonly attempt: Attempt })
  | (TargetEvent & { readonly type: 'cooldown'; readonly failure: FailureClass; readonly ms: number })
  | (TargetEvent & {
      readonly type: 'fault-injected'
      readonly callId: string
      readonly fault: string
      readonly experimentId?: string | undefined
    })
  | { readonly type: 'shed'; readonly reason: ShedReason; readonly tenant: string; readonly atMs: number }
  | { readonly type: 'provider-health'; readonly provider: string; readonly reachable: boolean; readonly atMs: number }

export type OnEngineEvent = (event: EngineEvent) => void
