/** Something that will happen; `run` is taken away when it has been cancelled. */
interface QueuedEvent {
  readonly atMs: number
  /** Equal times happen in the order in which they were asked for. */
  readonly order: number
  run: (() => void) | undefined
}

/** What will happen, soonest first. */
export interface EventQueue {
  /** Gives the cancellation back; harmless after the event. */
  readonly add: (atMs: number, run: () => void) => () => void
  /** When the next event happens; `undefined` when nothing will. */
  readonly nextAtMs: () => number | undefined
  /** Takes what is due at `atMs`, in order; what is added meanwhile comes with the next call, also when it is due at once. */
  readonly takeDue: (atMs: number) => Iterable<() => void>
  readonly size: () => number
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

function siftUp(heap: QueuedEvent[], event: QueuedEvent): void {
  let at = heap.length
  heap.push(event)
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent]
    if (above === undefined || isBefore(above, event)) break
    heap[at] = above
    at = parent
  }
  heap[at] = event
}

function siftDown(heap: QueuedEvent[], event: QueuedEvent): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    const left = heap[child]
    const right = heap[child + 1]
    if (left === undefined) break
    if (right !== undefined && isBefore(right, left)) child++
    const smaller = heap[child]
    if (smaller === undefined || isBefore(event, smaller)) break
    heap[at] = smaller
    at = child
  }
  heap[at] = event
}

/**
 * A binary heap. Cancelled events stay as tombstones and are skipped when they come up; once they outnumber the living the
 * heap is built anew, so that a million cancelled deadlines cost no memory.
 */
export function createEventQueue(): EventQueue {
  let heap: QueuedEvent[] = []
  let order = 0
  let living = 0

  const pop = (): QueuedEvent | undefined => {
    const top = heap[0]
    const last = heap.pop()
    if (last !== undefined && last !== top) siftDown(heap, last)
    return top
  }
  const rebuild = (): void => {
    const kept = heap.filter((event) => event.run !== undefined)
    heap = []
    for (const event of kept) siftUp(heap, event)
  }
  const cancel = (event: QueuedEvent): void => {
    if (event.run === undefined) return
    event.run = undefined
    living--
    if (heap.length > 64 && heap.length > 2 * living) rebuild()
  }
  const skipDead = (): void => {
    while (heap[0] !== undefined && heap[0].run === undefined) pop()
  }
  return {
    add: (atMs, run) => {
      const event: QueuedEvent = { atMs, order: order++, run }
      siftUp(heap, event)
      living++
      return () => cancel(event)
    },
    nextAtMs: () => {
      skipDead()
      return heap[0]?.atMs
    },
    takeDue: function* (atMs) {
      const upTo = order
      for (skipDead(); heap[0]?.atMs === atMs && heap[0].order < upTo; skipDead()) {
        const event = pop()
        const run = event?.run
        if (event === undefined || run === undefined) continue
        event.run = undefined
        living--
        yield run
      }
    },
    size: () => living,
  }
}
