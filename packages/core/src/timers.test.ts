import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTimers } from './timers.ts'

/** A clock that is moved by hand, with at most one armed timer. */
function createClock() {
  let nowMs = 0
  let armed: { readonly callback: () => void; readonly atMs: number } | undefined
  let armings = 0
  const setTimer = createTimers(
    (callback, ms) => {
      armings++
      armed = { callback, atMs: nowMs + ms }
      return () => {
        armed = undefined
      }
    },
    () => nowMs,
  )
  const moveTo = (ms: number): void => {
    while (armed !== undefined && armed.atMs <= ms) {
      const { callback, atMs } = armed
      nowMs = atMs
      armed = undefined
      callback()
    }
    nowMs = ms
  }
  return { setTimer, moveTo, now: () => nowMs, armings: () => armings }
}

describe('deadlines over one system timer', () => {
  it('fires each deadline once, in time and in order, unless it was cancelled', () => {
    const steps = fc.array(fc.record({ ms: fc.nat(1_000), cancel: fc.boolean(), wait: fc.nat(50) }), { maxLength: 60 })
    fc.assert(
      fc.property(steps, (drawn) => {
        const clock = createClock()
        const fired: { readonly id: number; readonly atMs: number }[] = []
        const expected: { readonly id: number; readonly atMs: number }[] = []
        for (const [id, { ms, cancel, wait }] of drawn.entries()) {
          const cancelTimer = clock.setTimer(() => fired.push({ id, atMs: clock.now() }), ms)
          if (cancel) cancelTimer()
          else expected.push({ id, atMs: clock.now() + ms })
          clock.moveTo(clock.now() + wait)
        }
        clock.moveTo(clock.now() + 2_000)
        const byTime = (a: { atMs: number; id: number }, b: { atMs: number; id: number }): number => a.atMs - b.atMs || a.id - b.id
        expect(fired.toSorted(byTime)).toEqual(expected.toSorted(byTime))
        expect(fired.map(({ atMs }) => atMs)).toEqual(fired.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
      }),
    )
  })

  it('arms one system timer for a thousand requests that all end in time', () => {
    const clock = createClock()
    for (let request = 0; request < 1_000; request++) {
      const cancel = clock.setTimer(() => expect.fail('fired'), 60_000)
      clock.moveTo(clock.now() + 1)
      cancel()
    }
    expect(clock.armings()).toBe(1)
  })

  it('keeps the other deadlines when a callback throws', () => {
    const clock = createClock()
    let fired = 0
    clock.setTimer(() => {
      throw new Error('broken')
    }, 10)
    clock.setTimer(() => fired++, 20)
    expect(() => clock.moveTo(15)).toThrow('broken')
    clock.moveTo(30)
    expect(fired).toBe(1)
  })
})
