import { expect, it } from 'vitest'
import { createLoadWatch } from './process-load.ts'

/** A watch that has started, on a clock of its own. */
function open() {
  let nowMs = 0
  let cpuMs = 0
  let pending: (() => void) | undefined
  const setTimer = (callback: () => void): (() => void) => {
    pending = callback
    return () => {
      pending = undefined
    }
  }
  const watch = createLoadWatch(() => 0.5, { monotonicNow: () => nowMs, setTimer, cpuMs: () => cpuMs })
  watch.start()
  /** Lets time pass until the timer fires, with the process at work for some of it. */
  const pass = (ms: number, workMs = ms): void => {
    nowMs += ms
    cpuMs += workMs
    pending?.()
  }
  const passStartup = (): void => {
    for (let ms = 0; ms < 10_000; ms += 500) pass(500)
  }
  return { watch, pass, passStartup, isPending: () => pending !== undefined }
}

it('reports lag only after two late samples in a row, and the share of memory in use', () => {
  const { watch, pass, passStartup, isPending } = open()
  passStartup()
  pass(800)
  expect(watch.load()).toEqual({ lagMs: 0, memoryRatio: 0.5 })
  pass(750)
  expect(watch.load().lagMs).toBe(250)
  pass(500)
  expect(watch.load().lagMs).toBe(0)
  watch.close()
  expect(isPending()).toBe(false)
})

it('reports no lag in the first ten seconds of a process', () => {
  const { watch, pass } = open()
  for (let count = 0; count < 6; count++) {
    pass(1_500)
    expect(watch.load().lagMs).toBe(0)
  }
})

it('takes a machine that stood still for no load', () => {
  const { watch, pass, passStartup } = open()
  passStartup()
  pass(60_000, 20)
  pass(60_000, 20)
  expect(watch.load().lagMs).toBeLessThan(100)
})
