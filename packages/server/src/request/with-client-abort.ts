import { ProxyApiError } from '@proxyapi/core'
import type { Exchange } from '../http/exchange.ts'

/** Does work for a client and aborts it when the client leaves. */
export async function withClientAbort<T>(exchange: Exchange, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const remove = exchange.onClientGone(() => {
    controller.abort(new ProxyApiError({ code: 'client_closed_request', message: 'The caller left before the answer was complete.' }))
  })
  try {
    return await work(controller.signal)
  } finally {
    remove()
  }
}
