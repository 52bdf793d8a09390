import { describe, expect, it } from 'vitest'
import { blockOf, createFailureThrottle } from './failure-throttle.ts'

describe('wrong credentials of an address', () => {
  it('are told so 200 times at once, and then once a second', () => {
    const { onFailure } = createFailureThrottle()
    const times = Array.from({ length: 201 }, () => onFailure('10.0.0.1', 0))
    expect([times.filter((wait) => wait === undefined).length, times.at(-1)]).toEqual([200, 1_000])
    expect([onFailure('10.0.0.1', 999), onFailure('10.0.0.1', 1_000), onFailure('10.0.0.1', 1_000)]).toEqual([1, undefined, 1_000])
    expect(onFailure('10.0.0.2', 1_000)).toBeUndefined()
  })

  it('are counted for a bounded number of addresses', () => {
    const { onFailure } = createFailureThrottle()
    for (let n = 0; n < 200; n++) onFailure('first', 0)
    expect(onFailure('first', 0)).toBe(1_000)
    for (let n = 0; n < 10_000; n++) onFailure(`10.0.${n >> 8}.${n & 255}`, 0)
    expect(onFailure('first', 0)).toBeUndefined()
  })

  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::', 'fe80:0:0:0'],
  ])('%s is counted as %s', (address, block) => {
    expect(blockOf(address)).toBe(block)
  })
})
