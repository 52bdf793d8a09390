import { ProxyApiError } from '@proxyapi/core'
import type { Context, MiddlewareHandler } from 'hono'
import type { GatewayEnv } from '../request/bindings.ts'
import type { KeyRing } from './keys.ts'

const message = 'A valid API key is needed: send it as "Authorization: Bearer <key>", "X-API-Key: <key>" or "api-key: <key>".'

/** The one credential of a request; `undefined` for none, several or another scheme. */
function credentialOf(c: Context<GatewayEnv>): string | undefined {
  const authorization = c.req.header('authorization')
  const bearer = authorization === undefined ? undefined : /^bearer +(\S+)$/i.exec(authorization)?.[1]
  if (authorization !== undefined && bearer === undefined) return undefined
  const given = [bearer, c.req.header('x-api-key'), c.req.header('api-key')].filter((key) => key !== undefined && key !== '')
  // Two credentials that differ leave open who is asking; a repeated header arrives joined by a comma.
  return new Set(given).size === 1 ? given[0] : undefined
}

function hasCredential(c: Context<GatewayEnv>): boolean {
  return ['authorization', 'x-api-key', 'api-key'].some((name) => c.req.header(name) !== undefined)
}

/** Lets a request through when its key is known; the given key is never echoed. */
export function authenticate(keys: KeyRing, now: () => number): MiddlewareHandler<GatewayEnv> {
  return (c, next) => {
    if (!keys.isEmpty) {
      const credential = credentialOf(c)
      const entry = credential === undefined ? undefined : keys.find(credential, now())
      if (entry === undefined) {
        c.set('authFailure', hasCredential(c) ? 'invalid' : 'missing')
        throw new ProxyApiError({ code: 'invalid_api_key', message })
      }
      c.set('key', entry)
    }
    c.set('authorizedAtMs', now())
    return next()
  }
}
