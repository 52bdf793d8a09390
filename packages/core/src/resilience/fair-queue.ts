import type { AbortSource } from '../call/abort-source.ts'
import type { Deps } from '../deps.ts'
import { createTenantSlots, type Release } from './tenant-slots.ts'

/** The bounds of a fair queue. */
export interface FairQueueOptions {
  /** Slots that can be held at once. */
  readonly limit: number
  /** Callers that may wait at once. */
  readonly maxQueue: number
  readonly maxWaitMs: number
}

/** Why a caller got no slot. */
export type QueueRejection = 'queue-full' | 'queue-timeout'

interface Waiter {
  readonly tenant: string
  readonly settle: (release: Release | QueueRejection) => void
  readonly stopWaiting: () => void
}

/** Who waits: its tenant, how long it can wait, and how to learn that it has left. */
export interface QueueEntry {
  readonly tenant: string
  readonly deadlineAtMs: number
  readonly abort: Pick<AbortSource, 'onAbort'>
}

/**
 * Slots with a bounded queue that is fair between tenants: who is next is the tenant with the fewest slots, and no tenant
 * can take all. A free slot is given at once, without a promise.
 */
export interface FairQueue {
  readonly acquire: (entry: QueueEntry) => Release | QueueRejection | Promise<Release | QueueRejection>
  readonly held: () => number
  readonly waiting: () => number
  /** Whether a new entry would have to wait. */
  readonly isFull: () => boolean
  /** Changes the bounds. More slots are given to those who wait at once; fewer take none away. */
  readonly resize: (bounds: Pick<FairQueueOptions, 'limit' | 'maxQueue'>) => void
}

/** Who waits, oldest first, and how many of each tenant. */
interface WaitQueue {
  readonly waiters: Set<Waiter>
  readonly enter: (waiter: Waiter) => void
  readonly leave: (waiter: Waiter) => void
  readonly othersWait: (tenant: string) => boolean
}

function createWaitQueue(): WaitQueue {
  const waiters = new Set<Waiter>()
  const countOf = new Map<string, number>()
  return {
    waiters,
    enter: (waiter) => {
      waiters.add(waiter)
      countOf.set(waiter.tenant, (countOf.get(waiter.tenant) ?? 0) + 1)
    },
    leave: (waiter) => {
      if (!waiters.delete(waiter)) return
      const left = (countOf.get(waiter.tenant) ?? 1) - 1
      if (left > 0) countOf.set(waiter.tenant, left)
      else countOf.delete(waiter.tenant)
    },
    othersWait: (tenant) => countOf.size > (countOf.has(tenant) ? 1 : 0),
  }
}

/** A place in the queue; it ends by a slot, by time or by the entry's leaving. */
function enqueue(
  entry: QueueEntry,
  { queue, maxWaitMs }: { readonly queue: WaitQueue; readonly maxWaitMs: number },
  deps: Pick<Deps, 'monotonicNow' | 'setTimer'>,
): Promise<Release | QueueRejection> {
  return new Promise((resolve, reject) => {
    let cancelTimer: () => void = () => undefined
    let forget: () => void = () => undefined
    const waiter: Waiter = {
      tenant: entry.tenant,
      settle: resolve,
      stopWaiting: () => {
        queue.leave(waiter)
        cancelTimer()
        forget()
      },
    }
    queue.enter(waiter)
    const ms = Math.max(0, Math.min(maxWaitMs, entry.deadlineAtMs - deps.monotonicNow()))
    cancelTimer = deps.setTimer(() => {
      waiter.stopWaiting()
      resolve('queue-timeout')
    }, ms)
    forget = entry.abort.onAbort((reason) => {
      waiter.stopWaiting()
      reject(reason)
    })
  })
}

/** Creates a queue for slots in which no tenant starves another. */
export function createFairQueue(
  { limit, maxQueue: initialQueue, maxWaitMs }: FairQueueOptions,
  deps: Pick<Deps, 'monotonicNow' | 'setTimer'>,
): FairQueue {
  const queue = createWaitQueue()
  let maxQueue = initialQueue
  const canAcquire = (tenant: string): boolean => slots.canAcquire(tenant, queue.othersWait(tenant))
  /** The longest waiting of the tenant that holds the fewest slots. */
  const nextWaiter = (): Waiter | undefined => {
    let next: Waiter | undefined
    for (const waiter of queue.waiters) {
      const isPoorer = next === undefined || slots.heldBy(waiter.tenant) < slots.heldBy(next.tenant)
      if (isPoorer && canAcquire(waiter.tenant)) next = waiter
    }
    return next
  }
  const serve = (): void => {
    for (let waiter = nextWaiter(); waiter !== undefined; waiter = nextWaiter()) {
      waiter.stopWaiting()
      waiter.settle(slots.take(waiter.tenant))
    }
  }
  const slots = createTenantSlots(limit, serve)
  return {
    acquire: (entry) => {
      if (canAcquire(entry.tenant)) return slots.take(entry.tenant)
      return queue.waiters.size >= maxQueue ? 'queue-full' : enqueue(entry, { queue, maxWaitMs }, deps)
    },
    held: slots.held,
    waiting: () => queue.waiters.size,
    isFull: slots.isFull,
    resize: (bounds) => {
      maxQueue = bounds.maxQueue
      slots.resize(bounds.limit)
      serve()
    },
  }
}
