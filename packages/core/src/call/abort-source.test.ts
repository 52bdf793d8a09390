import { describe, expect, it, vi } from 'vitest'
import { createAbortSource } from './abort-source.ts'

describe('an abortion', () => {
  it('tells every listener once, and those who come late at once', () => {
    const abortion = createAbortSource()
    const early = vi.fn()
    const gone = vi.fn()
    abortion.onAbort(early)
    abortion.onAbort(gone)()
    abortion.abort('first')
    abortion.abort('second')
    const late = vi.fn()
    abortion.onAbort(late)
    expect([early.mock.calls, gone.mock.calls, late.mock.calls]).toEqual([[['first']], [], [['first']]])
    expect(() => abortion.throwIfAborted()).toThrow('first')
  })

  it('gives one signal that follows it, made before or after', () => {
    const abortion = createAbortSource()
    const signal = abortion.signal()
    expect([signal.aborted, abortion.signal() === signal]).toEqual([false, true])
    abortion.abort(new Error('why'))
    expect([signal.aborted, signal.reason]).toEqual([true, new Error('why')])
  })
})
