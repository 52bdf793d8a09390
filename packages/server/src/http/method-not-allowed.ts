import { ProxyApiError } from '@proxyapi/core'
import type { Context } from 'hono'
import type { GatewayEnv } from './bindings.ts'

/** The route for every other method of a path that there is. */
export function methodNotAllowed(allowed: string): (c: Context<GatewayEnv>) => never {
  return (c) => {
    throw new ProxyApiError({
      code: 'method_not_allowed',
      message: `${c.req.method} is not supported on ${c.req.path}; allowed: ${allowed}.`,
    })
  }
}
