import { describe, expect, it } from 'vitest'
import { toDuration } from '../http/limit-lines.ts'
import { createClientAddress, toLimitedAddress } from './client-address.ts'

describe('a duration in the headers of limits', () => {
  it.each([
    [0, '0ms'],
    [19.2, '20ms'],
    [1_500, '1.5s'],
    [59_999, '59.999s'],
    [60_000, '1m0s'],
    [3_661_000, '1h1m1s'],
    [86_400_000, '24h0m0s'],
  ])('%d ms is %s', (ms, text) => {
    expect(toDuration(ms)).toBe(text)
  })
})

describe('the address that a limit counts', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('of %s is %s', (address, limited) => {
    expect(toLimitedAddress(address)).toBe(limited)
  })

  const from = (peerAddress: string, forwarded?: string) => ({ peerAddress, header: () => forwarded })

  it.each<[string, string, string | undefined, string]>([
    ['of a socket', '198.51.100.1', '203.0.113.7', '198.51.100.1'],
    ['that a trusted proxy names', '10.0.0.2', '203.0.113.7', '203.0.113.7'],
    ['before the first proxy that is not trusted', '10.0.0.2', '1.2.3.4, 203.0.113.7, 10.0.0.3', '203.0.113.7'],
    ['of the proxy where it names none', '10.0.0.2', undefined, '10.0.0.2'],
    ['of the proxy where it names nonsense', '10.0.0.2', 'unknown', '10.0.0.2'],
  ])('is that %s', (_what, peer, forwarded, address) => {
    expect(createClientAddress(['10.0.0.0/8'])(from(peer, forwarded))).toBe(address)
  })
})
