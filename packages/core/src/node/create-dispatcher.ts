import { rootCertificates } from 'node:tls'
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { createPoolFactory } from './create-pool.ts'
import { createGuardedLookup } from './guarded-lookup.ts'

/** The proxies that calls go through, each as a URL; '' is none. */
export interface ProxyOptions {
  /** For upstreams at `http:`, asked with the whole URL. */
  readonly http: string
  /** For upstreams at `https:`, through a tunnel. */
  readonly https: string
  /** Hosts that are reached directly, as in `NO_PROXY`: names with their subdomains, optional ports, commas between; `*` is all. */
  readonly noProxy?: string | undefined
}

/** How upstreams are reached, and how connections to them are pooled. */
export interface NodeTransportOptions {
  /** `undefined` goes straight to every upstream. */
  readonly proxy?: ProxyOptions | undefined
  /** Certificates in PEM that are trusted besides Node's own. */
  readonly ca?: readonly string[] | undefined
  /** Names that may lead to private addresses although the public name system could have them. */
  readonly privateHosts?: readonly string[] | undefined
  /** Connections to one origin; `undefined` bounds none, because the engine's slots do: who waits for a slot waits fairly. */
  readonly maxConnections?: number | undefined
  /** Idle connections to one origin that are kept; `undefined` keeps all. */
  readonly maxKeepAliveConnections?: number | undefined
  /** How long an idle connection is kept. */
  readonly keepAliveMs?: number | undefined
}

/** The dispatcher of undici that reaches upstreams as the options say. */
export function createDispatcher(options: NodeTransportOptions, connectTimeoutMs: number): Dispatcher {
  const { proxy, ca, maxConnections, maxKeepAliveConnections, keepAliveMs, privateHosts } = options
  // A list of authorities takes the place of Node's own: both are wanted.
  const trusted = ca === undefined || ca.length === 0 ? {} : { ca: [...rootCertificates, ...ca] }
  const connect = { timeout: connectTimeoutMs, noDelay: true, ...trusted }
  // Where a proxy leads is the proxy's to guard; the proxy itself may be anywhere.
  const guarded = { ...connect, lookup: createGuardedLookup({ privateHosts }) }
  const kept = maxKeepAliveConnections === undefined ? {} : { factory: createPoolFactory(maxKeepAliveConnections) }
  const pool = { connections: maxConnections ?? null, keepAliveTimeout: keepAliveMs ?? 30_000, pipelining: 1, connect: guarded, ...kept }
  if (proxy === undefined) return new Agent(pool)
  return new EnvHttpProxyAgent({
    ...pool,
    httpProxy: proxy.http,
    httpsProxy: proxy.https,
    noProxy: proxy.noProxy ?? '',
    // A tunnel is for what the proxy must not read; plain HTTP is asked for by its URL, as proxies expect it.
    proxyTunnel: false,
    requestTls: connect,
    proxyTls: connect,
  })
}
