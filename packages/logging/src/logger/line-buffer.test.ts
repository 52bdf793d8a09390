import { expect, it } from 'vitest'
import { createLineBuffer } from './line-buffer.ts'

it('writes many lines at once, in order, at the latest when the time is over or the room is full', () => {
  const written: string[] = []
  const timers: (() => void)[] = []
  const setTimer = (callback: () => void): (() => void) => {
    timers.push(callback)
    return () => undefined
  }
  const buffer = createLineBuffer({
    write: (text) => written.push(text),
    setTimer,
    maxCharacters: 6,
  })
  buffer.write('a\n')
  buffer.write('b\n')
  expect([written, timers.length]).toEqual([[], 1])
  timers[0]?.()
  buffer.write('c\n')
  buffer.write('defg\n')
  buffer.flush()
  expect(written).toEqual(['a\nb\n', 'c\ndefg\n'])
})
