import { ProxyApiError } from '@proxyapi/core'
import type { Context } from 'hono'
import type { GatewayEnv } from '../request/bindings.ts'

/** A handler for the methods that a path does not have. */
export function refuseMethod(allowed: string): (c: Context<GatewayEnv>) => never {
  return (c) => {
    throw new ProxyApiError({
      code: 'method_not_allowed',
      message: `${c.req.method} is not supported on ${c.req.path.slice(0, 200)}; allowed: ${allowed}.`,
    })
  }
}
