import { ProxyApiError } from '@proxyapi/core'
import type { MiddlewareHandler } from 'hono'
import type { GatewayEnv } from '../request/bindings.ts'

/** Lets only keys with the role `admin` through, and everybody on a gateway without keys: it listens to its own machine alone. */
export function requireAdmin(): MiddlewareHandler<GatewayEnv> {
  return async (c, next) => {
    const key = c.get('key')
    if (key !== undefined && key.role !== 'admin')
      throw new ProxyApiError({ code: 'forbidden', message: 'This key may not do that: it needs the role "admin".' })
    await next()
  }
}
