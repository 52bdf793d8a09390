import { isIP } from 'node:net'
import { isLoopbackHost } from './loopback.ts'

/** The part of a configuration that says by which names the gateway is reached. */
export interface HostOptions {
  /** The address that it binds. */
  readonly host: string
  /** Names beyond it: `gateway.example`, `.example` for all below it, `*` for any. */
  readonly allowedHosts: readonly string[]
}

/** Whether the value of a `Host` header names this gateway. */
export type IsOwnHost = (host: string | undefined) => boolean

const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** The name or address in a `Host` header, without its port; `undefined` for what is none (RFC 9110 section 7.2). */
export function hostNameOf(header: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(header) ?? []
  return address ?? name?.toLowerCase().replace(/\.$/, '')
}

function isAllowed(name: string, { host, allowedHosts }: HostOptions): boolean {
  if (isLoopbackHost(name) || name === host.toLowerCase()) return true
  // An address needs no name server, so that no web page can point a name at it. Which ones the machine has is not known behind a NAT.
  if (wildcards.has(host) && isIP(name) !== 0) return true
  return allowedHosts.some((allowed) => {
    const wanted = allowed.toLowerCase()
    return wanted === '*' || wanted === name || (wanted.startsWith('.') && name.endsWith(wanted))
  })
}

/**
 * Knows the names of a gateway. A web page can make a browser ask any address under a name of its own (DNS rebinding), but can't
 * choose what stands in `Host`: a name that is not the gateway's gives such a request away.
 */
export function createOwnHosts(options: HostOptions): IsOwnHost {
  let last: string | undefined
  return (header) => {
    // Clients of a gateway mostly come by one name.
    if (header === last) return true
    const name = header === undefined ? undefined : hostNameOf(header)
    if (name === undefined || !isAllowed(name, options)) return false
    last = header
    return true
  }
}
