import { ProxyApiError } from '@proxyapi/core'
import type { Context } from 'hono'
import type { GatewayEnv } from '../request/bindings.ts'

/** Does work for a client and stops it when the client leaves. */
export async function withClientAbort<T>(c: Context<GatewayEnv>, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const outgoing = c.env?.outgoing
  if (outgoing === undefined) return work(c.req.raw.signal)
  const controller = new AbortController()
  const onClose = (): void => {
    controller.abort(new ProxyApiError({ code: 'client_closed_request', message: 'The caller left before the answer was complete.' }))
  }
  outgoing.once('close', onClose)
  try {
    return await work(controller.signal)
  } finally {
    outgoing.off('close', onClose)
  }
}
