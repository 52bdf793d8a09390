import { X509Certificate } from 'node:crypto'
import type { NodeTransportOptions, ProxyOptions } from '@proxyapi/core/node'
import type { GatewayConfig } from '@proxyapi/server'

type Env = Readonly<Record<string, string | undefined>>

/** Where files and variables come from. */
export interface EgressSources {
  readonly env: Env
  /** @throws when the file can't be read */
  readonly readFile: (path: string) => string
}

/** Something about the way out that can't be used, and where it stands. */
export interface EgressProblem {
  /** Place in the configuration; `undefined` for a variable. */
  readonly path?: readonly string[]
  readonly message: string
}

/** Lower case goes before upper case, as with curl and undici. */
function variable(env: Env, name: string): { readonly name: string; readonly value: string } | undefined {
  for (const spelling of [name.toLowerCase(), name]) {
    const value = env[spelling]
    if (value !== undefined && value !== '') return { name: spelling, value }
  }
  return undefined
}

/** `proxy:3128` is a proxy too. */
function withScheme(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`
}

function isProxyUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}

/** The proxies of the environment: for `https:` and `http:` each its own, or the one for all. */
function proxiesOf(env: Env): readonly { readonly name: string; readonly value: string }[] {
  return ['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => variable(env, name) ?? variable(env, 'ALL_PROXY') ?? [])
}

function toProxy({ proxy, no_proxy: noProxy }: GatewayConfig['http_client'], env: Env): ProxyOptions | undefined {
  const excepted = noProxy === '' ? (variable(env, 'NO_PROXY')?.value ?? '') : noProxy
  const all = variable(env, 'ALL_PROXY')?.value ?? ''
  const urlOf = (name: string): string => (proxy === '' ? (variable(env, name)?.value ?? all) : proxy)
  const [http, https] = [urlOf('HTTP_PROXY'), urlOf('HTTPS_PROXY')]
  if (http === '' && https === '') return undefined
  return { http: http === '' ? '' : withScheme(http), https: https === '' ? '' : withScheme(https), noProxy: excepted }
}

/** Authorities of a file, told apart: a bundle has many. */
function certificatesIn(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

function checkAuthorities(file: string, { readFile }: EgressSources): readonly EgressProblem[] {
  const path = ['http_client', 'ca_file']
  let text: string
  try {
    text = readFile(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return [{ path, message: `http_client.ca_file can't be read (${code}).` }]
  }
  const found = certificatesIn(text)
  if (found.length > 0 && found.every(isCertificate)) return []
  return [
    {
      path,
      message: 'http_client.ca_file holds no certificate that can be read. Allowed: one or more in PEM, -----BEGIN CERTIFICATE-----.',
    },
  ]
}

/** What is wrong with the way out that configuration and environment name. */
export function checkEgress({ http_client: client }: GatewayConfig, sources: EgressSources): readonly EgressProblem[] {
  const variables = client.proxy === '' ? proxiesOf(sources.env) : []
  const wrong = variables.filter(({ value }) => !isProxyUrl(withScheme(value)))
  return [
    ...wrong.map(({ name }) => ({ message: `${name} is no proxy that can be used. Allowed: an http or https URL.` })),
    ...(client.ca_file === '' ? [] : checkAuthorities(client.ca_file, sources)),
  ]
}

/** Node reads `NODE_EXTRA_CA_CERTS` by itself, but only where no authorities are named. */
function authoritiesOf(file: string, { env, readFile }: EgressSources): readonly string[] {
  const extra = env['NODE_EXTRA_CA_CERTS']
  const read = (path: string): readonly string[] => certificatesIn(readFile(path))
  try {
    return [...read(file), ...(extra === undefined || extra === '' ? [] : read(extra))]
  } catch {
    return read(file)
  }
}

/** How the gateway reaches upstreams, by the configuration and the usual variables. */
export function toEgressOptions({ http_client: client }: GatewayConfig, sources: EgressSources): NodeTransportOptions {
  return {
    keepAliveMs: client.pool_limits.keepalive_timeout * 1000,
    maxKeepAliveConnections: client.pool_limits.max_keepalive_connections,
    privateHosts: client.private_hosts,
    proxy: toProxy(client, sources.env),
    ca: client.ca_file === '' ? undefined : authoritiesOf(client.ca_file, sources),
  }
}
