import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventQueue } from './event-queue.ts'

function drain(queue: ReturnType<typeof createEventQueue>): void {
  for (let atMs = queue.nextAtMs(); atMs !== undefined; atMs = queue.nextAtMs()) {
    for (const run of queue.takeDue(atMs)) run()
  }
}

describe('an event queue', () => {
  it('returns events by time and order, without cancelled ones', () => {
    const event = fc.record({ atMs: fc.nat(50), cancelled: fc.boolean() })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const queue = createEventQueue()
        const seen: number[] = []
        const cancels = events.map(({ atMs }, index) => queue.add(atMs, () => seen.push(index)))
        events.forEach(({ cancelled }, index) => {
          if (cancelled) cancels[index]?.()
        })
        const expected = events
          .map((one, index) => ({ ...one, index }))
          .filter(({ cancelled }) => !cancelled)
          .sort((a, b) => a.atMs - b.atMs || a.index - b.index)
          .map(({ index }) => index)
        expect(queue.size()).toBe(expected.length)
        drain(queue)
        expect([seen, queue.size()]).toEqual([expected, 0])
      }),
    )
  })

  it('keeps what is added for the same instant for the next turn', () => {
    const queue = createEventQueue()
    const seen: string[] = []
    queue.add(1, () => {
      seen.push('first')
      queue.add(1, () => seen.push('later'))
    })
    queue.add(1, () => seen.push('second'))
    for (const run of queue.takeDue(1)) run()
    expect(seen).toEqual(['first', 'second'])
    drain(queue)
    expect(seen).toEqual(['first', 'second', 'later'])
  })

  it('lets an event cancel another of the same instant', () => {
    const queue = createEventQueue()
    const seen: string[] = []
    let cancel: () => void = () => undefined
    queue.add(1, () => cancel())
    cancel = queue.add(1, () => seen.push('cancelled'))
    drain(queue)
    expect([seen, queue.size()]).toEqual([[], 0])
  })
})
