import type { EngineEvent, Receipt } from '@proxyapi/core'
import type { CallRecord, CompletedRequest } from '@proxyapi/logging'
import { type CallContext, toCallRecord } from '../observation/to-call-record.ts'
import type { Capability } from './capability.ts'

/** Who is told of what happens, besides the capabilities. */
export interface Bystander {
  readonly onReceipt?: ((receipt: Receipt) => void) | undefined
  readonly onRequest?: ((request: CompletedRequest) => void) | undefined
}

export interface Listeners {
  readonly onEvent: (event: EngineEvent) => void
  /** Returns the record that the capabilities got. */
  readonly onReceipt: (receipt: Receipt, context: CallContext) => CallRecord
  readonly onRequest: (request: CompletedRequest) => void
}

/** Tells everybody who wants to know. `capabilities` are asked for when something happens: some of them are told of by others. */
export function createListeners(capabilities: () => readonly Capability[], bystander: Bystander): Listeners {
  return {
    onEvent: (event) => {
      for (const capability of capabilities()) capability.onEvent?.(event)
    },
    onReceipt: (receipt, context) => {
      bystander.onReceipt?.(receipt)
      const call = toCallRecord(receipt, context)
      for (const capability of capabilities()) capability.onReceipt?.(call, receipt, context)
      return call
    },
    onRequest: (request) => {
      bystander.onRequest?.(request)
      for (const capability of capabilities()) capability.onRequest?.(request)
    },
  }
}
