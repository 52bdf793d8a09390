import type { Engine } from '@proxyapi/core'
import type { Admission } from '../admission/admission.ts'
import type { AdmissionDeps } from '../admission/admit.ts'
import type { InFlight } from '../admission/in-flight.ts'
import type { CurrentGateway, Feature } from '../capability/capability.ts'
import type { ConfigurationControl } from '../capability/configuration-control.ts'
import type { CallDeps } from '../request/open-call.ts'

/** As much of a snapshot as the state's own parts read. */
export interface PresentSnapshot {
  readonly engine: Engine
  readonly features: readonly Feature[]
  readonly calls: CallDeps
  readonly admissions: AdmissionDeps
}

/** Holds the present snapshot: replacing it is one assignment. */
export interface Current<Snapshot extends PresentSnapshot = PresentSnapshot> {
  snapshot: Snapshot | undefined
  /** Set once, when the gateway is made. */
  configuration?: ConfigurationControl
  /** As `Gateway.fetch`; set once, too. */
  fetch?: (request: Request) => Promise<Response>
}

function present(current: Current): PresentSnapshot {
  if (current.snapshot === undefined) throw new Error('The gateway was asked before its first configuration was compiled.')
  return current.snapshot
}

/** What capabilities may ask of the gateway as it stands. */
export function toCurrentGateway(
  current: Current,
  { admission, inFlight }: { readonly admission: Pick<Admission, 'figures'>; readonly inFlight: Pick<InFlight, 'list'> },
): CurrentGateway {
  return {
    engine: () => present(current).engine,
    admission: admission.figures,
    openCalls: inFlight.list,
    features: () => current.snapshot?.features ?? [],
    calls: () => present(current).calls,
    admissions: () => present(current).admissions,
    fetch: (request) => {
      if (current.fetch === undefined) throw new Error('The gateway was asked before it was whole.')
      return current.fetch(request)
    },
    configuration: () => current.configuration,
  }
}
