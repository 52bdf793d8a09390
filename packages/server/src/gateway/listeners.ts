import type { EngineEvent, Receipt } from '@proxyapi/core'
import type { Capability } from '../capability/capability.ts'
import type { CallContext, EndedRequest } from '../request/completed-request.ts'

/** Who is told of what happens, besides the capabilities. */
export interface Bystander {
  readonly onReceipt?: ((receipt: Receipt) => void) | undefined
  readonly onRequest?: ((request: EndedRequest) => void) | undefined
}

export interface Listeners {
  readonly onEvent: (event: EngineEvent) => void
  readonly onReceipt: (receipt: Receipt, context: CallContext) => void
  readonly onRequest: (request: EndedRequest) => void
}

/** Tells everybody who wants to know. `capabilities` are asked for when something happens: some of them are told of by others. */
export function createListeners(capabilities: () => readonly Capability[], bystander: Bystander): Listeners {
  return {
    onEvent: (event) => {
      for (const capability of capabilities()) capability.onEvent?.(event)
    },
    onReceipt: (receipt, context) => {
      bystander.onReceipt?.(receipt)
      for (const capability of capabilities()) capability.onReceipt?.(receipt, context)
    },
    onRequest: (request) => {
      bystander.onRequest?.(request)
      for (const capability of capabilities()) capability.onRequest?.(request)
    },
  }
}
