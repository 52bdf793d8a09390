import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemDeps } from './deps.ts'

const hourMs = 3_600_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('when the wall clock is set, a timer of the system', () => {
  it.each([
    ['back by an hour', -hourMs],
    ['forward by an hour', hourMs],
    ['by nothing', 0],
  ])('comes when it is due (%s)', async (_name, jumpMs) => {
    const fired: string[] = []
    systemDeps.setTimer(() => fired.push('first'), 100)
    systemDeps.setTimer(() => fired.push('second'), 1_000)
    await vi.advanceTimersByTimeAsync(50)
    vi.setSystemTime(Date.now() + jumpMs)
    await vi.advanceTimersByTimeAsync(60)
    expect(fired).toEqual(['first'])
    await vi.advanceTimersByTimeAsync(880)
    expect(fired).toEqual(['first'])
    await vi.advanceTimersByTimeAsync(20)
    expect(fired).toEqual(['first', 'second'])
  })
})
