import { ProxyApiError } from '@proxyapi/core'
import { hostNameOf, type IsOwnHost } from './own-hosts.ts'

/** As much of a request as tells where it comes from. */
export interface Originated {
  allowedOrigin: string | undefined
  /** Node's own request, where it came by a socket. */
  readonly incoming?: { readonly headers: { readonly host?: string | undefined }; readonly httpVersion: string } | undefined
  header(name: string): string | undefined
}

/** By which names the gateway is reached, and from which web pages. */
export interface OriginRules {
  readonly isOwnHost: IsOwnHost
  /** Names under which it is known besides its address. */
  readonly allowedHosts: readonly string[]
  /** Origins whose pages may ask; `*` for all. */
  readonly origins: ReadonlySet<string>
}

/** Refuses a request of a socket whose `Host` is another's. @throws ProxyApiError `misdirected_request` */
export function checkHost(request: Originated, { isOwnHost }: OriginRules): void {
  const { incoming } = request
  if (incoming === undefined || isOwnHost(incoming.headers.host)) return
  // A browser always names a host; HTTP/1.0 need not (RFC 9112 section 3.2).
  if (incoming.headers.host === undefined && incoming.httpVersion === '1.0') return
  throw new ProxyApiError({
    code: 'misdirected_request',
    message:
      'The Host header names another server. Name the address that the gateway is bound to, or list the name in server.allowed_hosts.',
  })
}

function isOwnOrigin(origin: string, request: Originated, { allowedHosts }: OriginRules): boolean {
  const host = origin.replace(/^https?:\/\//, '')
  if (host === origin) return false
  return host === request.header('host') || allowedHosts.includes(hostNameOf(host) ?? '')
}

const ownSites: ReadonlySet<string | undefined> = new Set([undefined, 'same-origin', 'none'])

/**
 * Refuses what a foreign web page makes a browser ask. Browsers say where a request comes from in `Origin` and `Sec-Fetch-Site`
 * (fetch.spec.whatwg.org; w3.org/TR/fetch-metadata), and pages can't change either. An origin that is listed is kept for the answer.
 * @throws ProxyApiError `forbidden`
 */
export function checkOrigin(request: Originated, rules: OriginRules): void {
  const origin = request.header('origin')
  const site = request.header('sec-fetch-site')
  if (origin === undefined && site === undefined) return
  if (origin !== undefined && (rules.origins.has(origin) || rules.origins.has('*'))) {
    request.allowedOrigin = origin
    return
  }
  if (ownSites.has(site) && (origin === undefined || isOwnOrigin(origin, request, rules))) return
  throw new ProxyApiError({
    code: 'forbidden',
    message: 'A page of another origin may not ask this gateway. List its origin in server.cors.origins if it should.',
  })
}
