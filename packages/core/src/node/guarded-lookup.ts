import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Link-local addresses and those of cloud metadata (RFC 3927, RFC 4291; docs of AWS and Alibaba Cloud, 2026-10). */
const forbidden = new BlockList()
forbidden.addSubnet('169.254.0.0', 16, 'ipv4')
forbidden.addAddress('100.100.100.200', 'ipv4')
forbidden.addSubnet('fe80::', 10, 'ipv6')
forbidden.addAddress('fd00:ec2::254', 'ipv6')

/** Addresses that are not of the public internet (iana.org/assignments/iana-ipv4-special-registry, -ipv6-). */
const inner = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(network, prefix, 'ipv4')
inner.addSubnet('::', 127, 'ipv6')
inner.addSubnet('fc00::', 7, 'ipv6')
inner.addSubnet('ff00::', 8, 'ipv6')

/** Top-level names that the public name system does not have (RFC 6762, RFC 8375, ICANN's `.internal`), and those that clusters use. */
const innerNames = /(?:^|\.)(?:localhost|local|internal|home\.arpa|lan|svc|cluster\.local)$/

/** Whether a name says of itself that it is one of the operator's own network: one without a dot, or below a name that is never public. */
function isInnerName(hostname: string): boolean {
  return !hostname.includes('.') || innerNames.test(hostname)
}

/** Which names may lead inside, and who resolves them. */
export interface GuardedLookupOptions {
  /** Names that may lead to private addresses although the public name system could have them. */
  readonly privateHosts?: readonly string[] | undefined
  /** Asks the name system. Default: Node's `dns.lookup`. */
  readonly lookup?:
    | ((
        hostname: string,
        options: LookupAllOptions,
        callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
      ) => void)
    | undefined
}

function refusal(hostname: string): NodeJS.ErrnoException {
  const message = `${hostname} leads to a private, link-local or metadata address. Name the address itself, or list the name in http_client.private_hosts.`
  return Object.assign(new Error(message), { code: 'ADDRESS_REFUSED' })
}

/**
 * A look-up of names for connections that refuses those which lead to addresses that nobody named: a public name that somebody points
 * at this network (DNS rebinding), and link-local and metadata addresses always. The address that was checked is the one that is
 * connected to, since the connection has no other.
 */
export function createGuardedLookup({ privateHosts = [], lookup = systemLookup }: GuardedLookupOptions = {}): LookupFunction {
  const named = new Set(privateHosts.map((host) => host.toLowerCase()))
  const isAllowed = (hostname: string, { address }: LookupAddress): boolean => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (forbidden.check(address, family)) return false
    return !inner.check(address, family) || isInnerName(hostname) || named.has(hostname)
  }
  return (hostname, options, callback) => {
    const name = hostname.toLowerCase().replace(/\.$/, '')
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '')
      const [first] = addresses
      if (first === undefined || !addresses.every((address) => isAllowed(name, address))) return callback(refusal(hostname), '')
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
