import { isIP } from 'node:net'

/** So many wrong credentials at once are told that they are wrong; after that one a second is. */
const burst = 200
const perSecond = 1
const maxAddresses = 10_000

/** Bounds how often one address is told that its credential is wrong. Good credentials never meet it. */
export interface FailureThrottle {
  /** Counts a wrong credential; how long the address should wait, `undefined` while it is within bounds. Milliseconds. */
  readonly onFailure: (address: string | undefined, nowMs: number) => number | undefined
}

/** An address as one somebody has: networks give out whole blocks of IPv6 (RFC 6177). */
export function blockOf(address: string): string {
  if (isIP(address) !== 6) return address
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = address.split('::')
  const first = head.split(':').filter((part) => part !== '')
  const last = tail === undefined ? [] : tail.split(':').filter((part) => part !== '')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length)
  return [...first, ...Array.from({ length: zeros }, () => '0'), ...last].slice(0, 4).join(':')
}

/** Bursts by the generic cell rate algorithm: of each address only one moment is kept (ITU-T I.371, Annex A). */
export function createFailureThrottle(): FailureThrottle {
  const due = new Map<string, number>()
  const everyMs = 1_000 / perSecond
  return {
    onFailure: (address, nowMs) => {
      if (address === undefined) return undefined
      const block = blockOf(address)
      const before = Math.max(due.get(block) ?? nowMs, nowMs)
      const waitMs = before + everyMs - nowMs - burst * everyMs
      if (waitMs > 0) return waitMs
      due.delete(block)
      due.set(block, before + everyMs)
      if (due.size > maxAddresses) {
        const [oldest] = due.keys()
        if (oldest !== undefined) due.delete(oldest)
      }
      return undefined
    },
  }
}
