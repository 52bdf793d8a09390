import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Exchange } from '../http/exchange.ts'

/** Proxies in front of the gateway may be several; longer lists are somebody's invention. */
const maxHops = 32

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

/** An IPv4 address that came in by IPv6 is the same address. */
function plain(address: string): string {
  const mapped = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : address
  return isIP(mapped) === 0 ? address : mapped
}

/** The addresses and networks that a list of trusted proxies names. */
function toBlockList(trusted: readonly string[]): BlockList {
  const list = new BlockList()
  for (const one of trusted) {
    const [address = '', prefix] = one.split('/')
    if (prefix === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(prefix), familyOf(address))
  }
  return list
}

/** The first 64 bits of an IPv6 address: what one customer of a provider has. */
function networkOf(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const ending = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - ending.length)
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...ending]
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** What limits by address are kept under: an IPv4 address, or the network of an IPv6 one. */
export function toLimitedAddress(address: string): string {
  const own = plain(address)
  return isIPv6(own) ? networkOf(own) : own
}

/** Finds the address that a request comes from: what a trusted proxy says is believed, from the nearest on. */
export function createClientAddress(trusted: readonly string[]): (exchange: Pick<Exchange, 'peerAddress' | 'header'>) => string {
  const proxies = toBlockList(trusted)
  const isTrusted = (address: string): boolean => isIP(address) !== 0 && proxies.check(address, familyOf(address))
  return (exchange) => {
    let address = plain(exchange.peerAddress ?? '')
    if (trusted.length === 0 || !isTrusted(address)) return address
    const hops = (exchange.header('x-forwarded-for') ?? '')
      .split(',')
      .slice(-maxHops)
      .map((hop) => plain(hop.trim()))
    for (const hop of hops.reverse()) {
      if (isIP(hop) === 0) return address
      address = hop
      if (!isTrusted(hop)) return address
    }
    return address
  }
}
