import { expect, it } from 'vitest'
import { createLoadWatch } from './process-load.ts'

it('tells lag only after two late looks in a row, and the share of memory in use', () => {
  let nowMs = 0
  let pending: (() => void) | undefined
  const setTimer = (callback: () => void): (() => void) => {
    pending = callback
    return () => {
      pending = undefined
    }
  }
  const watch = createLoadWatch(() => 0.5, { now: () => nowMs, setTimer })
  const passes = (ms: number): void => {
    nowMs += ms
    pending?.()
  }
  watch.start()
  passes(800)
  expect(watch.load()).toEqual({ lagMs: 0, memoryRatio: 0.5 })
  passes(750)
  expect(watch.load().lagMs).toBe(250)
  passes(500)
  expect(watch.load().lagMs).toBe(0)
  watch.close()
  expect(pending).toBeUndefined()
})
