import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTraceparent, parseTracestate, toTraceparent } from './trace-context.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '00f067aa0ba902b7'

describe('a traceparent', () => {
  it.each([
    ['recorded', `00-${trace}-${span}-01`, true],
    ['not recorded', `00-${trace}-${span}-00`, false],
    ['with flags of the future', `00-${trace}-${span}-ff`, true],
    ['of a later version', `01-${trace}-${span}-01`, true],
    ['of a later version, with more', `cc-${trace}-${span}-01-what-the-future-brings`, true],
    ['between blanks', ` 00-${trace}-${span}-01 `, true],
  ])('%s is read', (_what, header, sampled) => {
    expect(parseTraceparent(header)).toEqual({ traceId: trace, spanId: span, sampled })
  })

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['of the forbidden version', `ff-${trace}-${span}-01`],
    ['of version 00 with more', `00-${trace}-${span}-01-more`],
    ['without a trace', `00-${'0'.repeat(32)}-${span}-01`],
    ['without a parent', `00-${trace}-${'0'.repeat(16)}-01`],
    ['in upper case', `00-${trace.toUpperCase()}-${span}-01`],
    ['too short', `00-${trace.slice(1)}-${span}-01`],
    ['sent twice', `00-${trace}-${span}-01, 00-${trace}-${span}-01`],
  ])('%s tells nothing', (_what, header) => {
    expect(parseTraceparent(header)).toBeUndefined()
  })

  it('is read as it was written', () => {
    const hex = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
    fc.assert(
      fc.property(hex(31), hex(15), fc.boolean(), (traceTail, spanTail, sampled) => {
        const context = { traceId: `1${traceTail}`, spanId: `1${spanTail}`, sampled }
        expect(parseTraceparent(toTraceparent(context))).toEqual(context)
      }),
    )
  })
})

describe('a tracestate', () => {
  it.each([
    ['one vendor', 'congo=t61rcWkgMzE', 'congo=t61rcWkgMzE'],
    ['several, loosely written', 'rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE,', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'],
    ['a tenant', 'fw529a3039@dt=FfAAAA', 'fw529a3039@dt=FfAAAA'],
    ['none', undefined, undefined],
    ['nothing', ' , ', undefined],
    ['a line break', 'a=b\r\nx-api-key: 1', undefined],
    ['no value', 'a', undefined],
    ['an upper-case key', 'A=b', undefined],
    ['too much', `a=${'b'.repeat(600)}`, undefined],
    ['too many', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(','), undefined],
  ])('with %s is passed on or left out', (_what, header, passed) => {
    expect(parseTracestate(header)).toBe(passed)
  })
})
