/** A scheduled event; `run` is `undefined` once it is cancelled or taken. */
interface QueuedEvent {
  readonly atMs: number
  /** Events of the same time run in the order of their scheduling. */
  readonly order: number
  run: (() => void) | undefined
}

/** Scheduled events, the earliest first. */
export interface EventQueue {
  /** Returns a function that cancels the event; it does nothing after the event. */
  readonly add: (atMs: number, run: () => void) => () => void
  /** The time of the next event; `undefined` when there is none. */
  readonly nextAtMs: () => number | undefined
  /** Takes the events that are due at `atMs`, in order. Events that are added meanwhile come with the next call, even if they are due at once. */
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
 * A binary heap. Cancelled events stay as tombstones and are skipped at the top; the heap is rebuilt once they outnumber the
 * others, so that a million cancelled deadlines cost no memory.
 */
export function createEventQueue(): EventQueue {
  let heap: QueuedEvent[] = []
  let order = 0
  let active = 0

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
    active--
    if (heap.length > 64 && heap.length > 2 * active) rebuild()
  }
  const skipDead = (): void => {
    while (heap[0] !== undefined && heap[0].run === undefined) pop()
  }
  return {
    add: (atMs, run) => {
      const event: QueuedEvent = { atMs, order: order++, run }
      siftUp(heap, event)
      active++
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
        active--
        yield run
      }
    },
    size: () => active,
  }
}
