import { ProxyApiError, type Release } from '@proxyapi/core'
import type { Context } from 'hono'
import type { Runtime } from '../gateway/runtime.ts'
import type { GatewayEnv } from '../request/bindings.ts'

/** Made when somebody has left, and not before: an error costs a stack trace. */
function gone(): ProxyApiError {
  return new ProxyApiError({ code: 'client_closed_request', message: 'The caller left before its turn came.' })
}

function onClientGone(c: Context<GatewayEnv>): (callback: (reason: unknown) => void) => () => void {
  return (callback) => {
    const outgoing = c.env?.outgoing
    const onClose = (): void => callback(gone())
    // Its close is told once only, and that may have been before we listened.
    if (outgoing?.destroyed === true) onClose()
    outgoing?.once('close', onClose)
    return () => outgoing?.off('close', onClose)
  }
}

/** A place among the requests under way, before anything of the body is read. @throws ProxyApiError `overloaded`, `rate_limit_exceeded` */
export function admit(c: Context<GatewayEnv>, runtime: Pick<Runtime, 'admission' | 'keys' | 'maxBodyBytes'>): Release | Promise<Release> {
  const key = c.get('key')
  const length = Number(c.req.header('content-length'))
  return runtime.admission.enter({
    // With a single key there is no other tenant to be fair to.
    tenant: runtime.keys.isShared ? (key?.id ?? '') : '',
    criticality: key?.criticality ?? 'default',
    // What is larger than it may be is refused for that, not for lack of room, and never held.
    bytes: length > 0 ? Math.min(length, runtime.maxBodyBytes) : 0,
    abort: { onAbort: onClientGone(c) },
  })
}
