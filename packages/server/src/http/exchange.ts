import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Call, LimitStandings, ProxyApiError, Receipt } from '@proxyapi/core'
import type { CallSpan } from '@proxyapi/logging/node'
import type { AuthFailure } from '../auth/authenticate.ts'
import type { Principal } from '../auth/principal.ts'
import type { RouteFacts } from './route-facts.ts'
import type { StreamReply } from './stream-reply.ts'

/** The result of sending: the answer has been handed over, and the dispatcher has nothing left to send. */
export interface Sent {
  readonly type: 'proxyapi/sent'
}

export const sent: Sent = { type: 'proxyapi/sent' }

/** Headers of an answer, names in lower case. */
export type ReplyHeaders = Readonly<Record<string, string>>

/** One request and its answer, whatever brought it: a Node socket or a web `Request`. */
export interface Exchange {
  /** Upper case. */
  readonly method: string
  /** The path as it came in, without its query. It may hold what a client invented. */
  readonly path: string
  /** The request's id: the client's own where it is well-formed. */
  id: string
  /** Facts of the route that answers; `undefined` for an unknown path. */
  route: RouteFacts | undefined
  /** Parameters of the path, decoded. */
  params: Readonly<Record<string, string>>
  /** Who asks; `undefined` on a gateway without keys and on public routes. */
  principal: Principal | undefined
  authFailure: AuthFailure | undefined
  /** The foreign origin whose page asks, where it may. */
  allowedOrigin: string | undefined
  /** The clock that all times of the request are read from: Unix milliseconds that run on evenly when the wall clock is set. */
  now: () => number
  /** Unix milliseconds, as all times here. */
  startedAtMs: number
  authorizedAtMs: number
  /** When the request was admitted among those under way. */
  admittedAtMs: number | undefined
  /** Gives back the place among the requests under way, where the request has taken one. */
  releasePlace: (() => void) | undefined
  /** Gives back the places of limits that the request holds, where it holds any. */
  releaseLimits: (() => void) | undefined
  /** What is left of the limits that the request took from. */
  limits: LimitStandings | undefined
  /** The call that was opened for the request; the latest where it makes several. */
  call: Call | undefined
  /** What became of the call, once it has ended. */
  receipt: Receipt | undefined
  /** Whether the answer has been handed over; a call may end after that. */
  isAnswered: boolean
  /** Whether the request was an admin action that has been recorded. */
  isRecorded: boolean
  /** Whether the request has been reported as over. */
  isCompleted: boolean
  /** What an audited action was done to, in the words of the audit log; `undefined` names the route alone. */
  auditObject: string | undefined
  /** Why the request was refused or failed. */
  error: ProxyApiError | undefined
  /** The request's trace, where there is tracing. */
  span: CallSpan | undefined
  /** The status that was sent; 0 before. */
  status: number
  /** The body as the client sent it, once it has been read. */
  bytes: Uint8Array | undefined
  /** The peer's address, as the socket knows it. */
  readonly peerAddress: string | undefined
  /** The Node request and response, where a Node server runs the gateway. */
  readonly incoming?: IncomingMessage | undefined
  readonly outgoing?: ServerResponse | undefined
  /** A header by its name in lower case; repeated ones are joined by a comma. */
  header(name: string): string | undefined
  /** Whether a credential is there, good or not. */
  hasCredential(): boolean
  /** Whether a header is there by which clients control their own requests: `cache-control` or one that begins with `x-proxyapi-`. */
  hasControls(): boolean
  /** The parameters of the query, each with all its values. */
  query(): Readonly<Record<string, readonly string[]>>
  /** Whether a body comes at all. */
  hasBody(): boolean
  /** Reads the body and keeps it in `bytes`. @throws ProxyApiError `payload_too_large`, `client_closed_request` */
  readBytes(maxBytes: number): Promise<Uint8Array>
  /** Calls back once when the client leaves before its answer is complete, at once when it has left. Returns a function that removes the listener. */
  onClientGone(callback: () => void): () => void
  /** Sends a whole answer. Does nothing when the client has left. */
  send(status: number, headers: ReplyHeaders, body: string | Uint8Array): Sent
  /** Sends a streamed answer; under Node the promise ends with the stream. */
  sendStream(headers: ReplyHeaders, stream: StreamReply): Promise<Sent> | Sent
  /** Sends bytes as they come; under Node the promise ends with them. They are canceled when the client leaves. */
  sendBody(headers: ReplyHeaders, body: ReadableStream<Uint8Array>): Promise<Sent> | Sent
}
