import { type Deps, ProxyApiError } from '@proxyapi/core'
import { createFairQueue, type QueueEntry, type QueueRejection, type Release, type ShedReason } from '@proxyapi/core/serving'
import type { Criticality } from '../auth/principal.ts'

/** How near the process is to its limits. */
export interface ProcessLoad {
  /** How late timers run. */
  readonly lagMs: number
  /** Share of the memory limit in use, 0 to 1. */
  readonly memoryRatio: number
}

export interface AdmissionOptions {
  readonly maxInFlight: number
  readonly maxQueue: number
  /** How busy the process is. `undefined` never sheds for load. */
  readonly load?: (() => ProcessLoad) | undefined
  readonly onShed?: ((reason: ShedReason, tenant: string) => void) | undefined
}

/** A request that asks for admission. */
export interface AdmissionRequest extends QueueEntry {
  readonly criticality: Criticality
  /** Size of the request's body; 0 when it is not known yet. */
  readonly bytes: number
}

/** Admits requests by slots, bytes and the load of the process (docs/resilience.md section 8). */
export interface Admission {
  /** Returns the release of the slot, at once where there is room. @throws ProxyApiError `overloaded`, `rate_limit_exceeded` */
  readonly enter: (request: AdmissionRequest) => Release | Promise<Release>
  /** Changes the bounds. What is held stays held. */
  readonly resize: (bounds: Pick<AdmissionOptions, 'maxInFlight' | 'maxQueue'>) => void
  readonly figures: () => { readonly inFlight: number; readonly queued: number; readonly bytes: number; readonly shed: number }
}

const maxWaitMs = 1_000
const maxBytesInFlight = 256 * 1024 * 1024
const limits: Readonly<Record<Criticality, ProcessLoad>> = {
  sheddable: { lagMs: 140, memoryRatio: 0.8 },
  default: { lagMs: 200, memoryRatio: 0.85 },
  critical: { lagMs: 400, memoryRatio: 0.95 },
}

function refusal(reason: ShedReason, deps: Pick<Deps, 'random'>): ProxyApiError {
  const words: Readonly<Record<ShedReason, string>> = {
    'queue-full': 'too many requests are waiting',
    'queue-timeout': 'no place became free in time',
    bytes: 'too many request bytes are under way',
    lag: 'the process is too busy',
    memory: 'the process is short of memory',
    tenant: 'this key has too many requests under way',
  }
  // Jittered, so that all who were turned away together do not come back together.
  const retryAfterMs = 1_000 + Math.floor(deps.random() * 4_000)
  const code = reason === 'tenant' ? 'rate_limit_exceeded' : 'overloaded'
  return new ProxyApiError({ code, message: `The gateway can't take the request now: ${words[reason]}.`, retryable: true, retryAfterMs })
}

export function createAdmission(options: AdmissionOptions, deps: Pick<Deps, 'monotonicNow' | 'setTimer' | 'random'>): Admission {
  const queue = createFairQueue({ limit: options.maxInFlight, maxQueue: options.maxQueue, maxWaitMs }, deps)
  let bytes = 0
  let shed = 0
  const refuse = (reason: ShedReason, tenant: string): never => {
    shed++
    options.onShed?.(reason, tenant)
    throw refusal(reason, deps)
  }
  const overloadReason = ({ criticality, bytes: more }: AdmissionRequest): ShedReason | undefined => {
    if (bytes + more > maxBytesInFlight) return 'bytes'
    const load = options.load?.()
    if (load === undefined) return undefined
    if (load.lagMs > limits[criticality].lagMs) return 'lag'
    return load.memoryRatio > limits[criticality].memoryRatio ? 'memory' : undefined
  }
  const settle = (slot: Release | QueueRejection, request: AdmissionRequest): Release => {
    // Slots that are free and yet refused are refused for the tenant's share alone.
    if (typeof slot === 'string') return refuse(queue.isFull() ? slot : 'tenant', request.tenant)
    bytes += request.bytes
    let left = false
    return () => {
      if (left) return
      left = true
      bytes -= request.bytes
      slot()
    }
  }
  return {
    enter: (request) => {
      const reason = overloadReason(request)
      if (reason !== undefined) return refuse(reason, request.tenant)
      const slot = queue.acquire(request)
      return slot instanceof Promise ? slot.then((late) => settle(late, request)) : settle(slot, request)
    },
    resize: ({ maxInFlight, maxQueue }) => queue.resize({ limit: maxInFlight, maxQueue }),
    figures: () => ({ inFlight: queue.held(), queued: queue.waiting(), bytes, shed }),
  }
}
