import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Call } from '@proxyapi/core'
import type { AuthFailure, CallRecord } from '@proxyapi/logging'
import type { CallSpan } from '@proxyapi/logging/node'
import type { KeyEntry } from '../auth/keys.ts'

/** What a request carries through the app. `incoming` and `outgoing` are there when a Node server runs it. */
export interface GatewayEnv {
  readonly Bindings: { readonly incoming?: IncomingMessage; readonly outgoing?: ServerResponse }
  readonly Variables: {
    requestId: string
    /** Who asks; `undefined` on a gateway without keys. */
    key: KeyEntry | undefined
    startedAtMs: number
    /** The call that was opened for the request, once it is. */
    call: Call | undefined
    authorizedAtMs: number
    /** What became of the call, once it has ended. */
    record: CallRecord | undefined
    /** Called when the call has ended. */
    onSettled: (() => void) | undefined
    /** The request's trace, where there is tracing. */
    span: CallSpan | undefined
    authFailure: AuthFailure | undefined
    /** When a place among the requests under way was free. */
    admittedAtMs: number | undefined
  }
}
