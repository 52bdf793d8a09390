import { ProxyApiError, type Release } from '@proxyapi/core'
import type { Context } from 'hono'
import type { Runtime } from '../gateway/runtime.ts'
import type { GatewayEnv } from '../http/bindings.ts'

function onClientGone(c: Context<GatewayEnv>): (callback: (reason: unknown) => void) => () => void {
  const gone = new ProxyApiError({ code: 'client_closed_request', message: 'The caller left before its turn came.' })
  return (callback) => {
    const outgoing = c.env?.outgoing
    const onClose = (): void => callback(gone)
    outgoing?.once('close', onClose)
    return () => outgoing?.off('close', onClose)
  }
}

/** A place among the requests under way, before anything of the body is read. @throws ProxyApiError `overloaded`, `rate_limit_exceeded` */
export function admit(c: Context<GatewayEnv>, runtime: Runtime): Release | Promise<Release> {
  const key = c.get('key')
  const length = Number(c.req.header('content-length'))
  return runtime.admission.enter({
    tenant: key?.id ?? '',
    criticality: key?.criticality ?? 'default',
    bytes: Number.isFinite(length) && length > 0 ? length : 0,
    onAbort: onClientGone(c),
  })
}
