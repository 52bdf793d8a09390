import type { Deps, Engine, ProxyApiError, Receipt } from '@proxyapi/core'
import type { CallRecord } from '@proxyapi/logging'
import type { KeyRing } from '../auth/keys.ts'
import type { Mask } from '../errors/client-error.ts'
import type { RequestWatch } from '../request/watch-requests.ts'
import type { Admission } from '../admission/admission.ts'
import type { Capability } from '../capability/capability.ts'
import type { InFlight } from '../admission/in-flight.ts'

/** What the routes of one gateway share. */
export interface Runtime {
  readonly engine: Engine
  readonly keys: KeyRing
  readonly deps: Deps
  readonly mask: Mask
  readonly maxBodyBytes: number
  readonly inFlight: InFlight
  readonly admission: Admission
  readonly capabilities: readonly Capability[]
  readonly workers: number
  readonly startedAtMs: number
  readonly version: string
  /** Tells everybody of a call that has ended, and returns its record. */
  readonly onReceipt: (receipt: Receipt) => CallRecord
  readonly watch: RequestWatch
  /** Whether metrics and detailed health are open to everybody. */
  readonly metricsPublic: boolean
  /** Told of failures that are ours. */
  readonly onInternalError: (error: ProxyApiError, requestId: string) => void
}
