import type { Exchange, Sent } from '../http/exchange.ts'
import type { PathEntry } from './route-table.ts'

const headerList = /^[a-z0-9-]+(?:, ?[a-z0-9-]+)*$/i
const maxAgeSeconds = '600'

/** Whether a browser asks, before the request itself, if a page of a listed origin may make it. */
export function isPreflight(exchange: Exchange): boolean {
  return exchange.method === 'OPTIONS' && exchange.header('access-control-request-method') !== undefined
}

/** Answers a browser that asks for a page of a listed origin (fetch.spec.whatwg.org section 3.3). */
export function sendPreflight(exchange: Exchange, { allowed }: PathEntry): Sent {
  const asked = exchange.header('access-control-request-headers') ?? ''
  return exchange.send(
    204,
    {
      'access-control-allow-methods': allowed,
      'access-control-max-age': maxAgeSeconds,
      ...(headerList.test(asked) && { 'access-control-allow-headers': asked }),
    },
    '',
  )
}
