import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import type { GatewayEnv } from '../request/bindings.ts'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | ReadableStream<Uint8Array>
}

/** Tells the Node adapter that a response has been written by hand. */
export const alreadySent: Response = RESPONSE_ALREADY_SENT

/** Sends an answer: straight onto the socket under Node, as a `Response` elsewhere. */
export function reply(c: Context<GatewayEnv>, { status, headers, body }: Reply): Response {
  const outgoing = c.env?.outgoing
  const id = c.get('requestId')
  if (outgoing === undefined || body instanceof ReadableStream)
    return new Response(body as BodyInit, { status, headers: { 'x-request-id': id, ...headers } }) // a string, bytes or a stream: each is a BodyInit
  // The client may have left meanwhile: then there is nobody to write to.
  if (!outgoing.headersSent && !outgoing.destroyed) {
    outgoing.writeHead(status, { 'x-request-id': id, ...headers, 'content-length': String(Buffer.byteLength(body)) })
    outgoing.end(body)
  }
  return alreadySent
}
