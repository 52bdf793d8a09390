/*
 * One system timer for many deadlines. Every request arms several deadlines and cancels nearly all of them; a system timer
 * for each costs more than the work it guards. Deadlines stand in a binary heap, each entry knows its place, and one system
 * timer runs for the earliest. Invariant: an armed timer fires no later than the earliest deadline. A cancelled deadline
 * leaves the timer armed: it fires, finds nothing due and arms itself for the next. Insert and cancel cost O(log n).
 */

interface Deadline {
  readonly atMs: number
  readonly callback: () => void
  /** Place in the heap; -1 when it is not in it. */
  index: number
}

/** Arms the one system timer. Returns its cancellation. */
export type ArmTimer = (callback: () => void, ms: number) => () => void

function createHeap() {
  const entries: Deadline[] = []
  const put = (entry: Deadline, index: number): void => {
    entries[index] = entry
    entry.index = index
  }
  const moveUp = (entry: Deadline, from: number): void => {
    let index = from
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = entries[parentIndex]
      if (parent === undefined || parent.atMs <= entry.atMs) break
      put(parent, index)
      index = parentIndex
    }
    put(entry, index)
  }
  const moveDown = (entry: Deadline, from: number): void => {
    let index = from
    for (;;) {
      const left = 2 * index + 1
      const second = entries[left + 1]
      const first = entries[left]
      const child = second !== undefined && first !== undefined && second.atMs < first.atMs ? second : first
      if (child === undefined || child.atMs >= entry.atMs) break
      const childIndex = child.index
      put(child, index)
      index = childIndex
    }
    put(entry, index)
  }
  return {
    first: (): Deadline | undefined => entries[0],
    add: (entry: Deadline): void => {
      entries.push(entry)
      moveUp(entry, entries.length - 1)
    },
    remove: (entry: Deadline): void => {
      const { index } = entry
      if (index === -1) return
      entry.index = -1
      const last = entries.pop()
      if (last === undefined || last === entry) return
      moveUp(last, index)
      moveDown(last, last.index)
    },
  }
}

/** A `setTimer` over one system timer. */
export function createTimers(arm: ArmTimer, now: () => number): (callback: () => void, ms: number) => () => void {
  const heap = createHeap()
  let armedForMs = Number.POSITIVE_INFINITY
  let disarm: () => void = () => undefined

  const armFor = (atMs: number): void => {
    disarm()
    armedForMs = atMs
    disarm = arm(fire, Math.max(0, atMs - now()))
  }
  const armNext = (): void => {
    const next = heap.first()
    if (next !== undefined && next.atMs < armedForMs) armFor(next.atMs)
  }
  const fire = (): void => {
    armedForMs = Number.POSITIVE_INFINITY
    const nowMs = now()
    try {
      for (let due = heap.first(); due !== undefined && due.atMs <= nowMs; due = heap.first()) {
        heap.remove(due)
        due.callback()
      }
    } finally {
      // Also after a callback that throws: the others keep their deadlines.
      armNext()
    }
  }
  return (callback, ms) => {
    const deadline: Deadline = { atMs: now() + ms, callback, index: -1 }
    heap.add(deadline)
    if (deadline.atMs < armedForMs) armFor(deadline.atMs)
    return () => heap.remove(deadline)
  }
}
