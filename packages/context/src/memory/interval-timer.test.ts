import { expect, it } from 'vitest'
import { createIntervalTimer } from './interval-timer.ts'

it('a timer goes on after a tick that throws', () => {
  const armed: (() => void)[] = []
  const setTimer = (callback: () => void) => {
    armed.push(callback)
    return () => undefined
  }
  const tick = () => {
    throw new Error('the disk is full')
  }
  createIntervalTimer(tick, 10, { setTimer }).start()
  expect(() => armed.shift()?.()).toThrow('the disk is full')
  expect(armed).toHaveLength(1)
})
