import type { Deps } from '../deps.ts'
import { createTenantSlots, type Release } from './tenant-slots.ts'

export interface FairQueueOptions {
  /** Slots that can be held at once. */
  readonly limit: number
  /** Callers that may wait at once. */
  readonly maxQueue: number
  readonly maxWaitMs: number
}

export type Refusal = 'queue-full' | 'queue-timeout'

interface Waiter {
  readonly tenant: string
  readonly settle: (release: Release | Refusal) => void
  readonly stopWaiting: () => void
}

/** Who waits: its tenant, how long it can wait, and how to learn that it has left. */
export interface QueueEntry {
  readonly tenant: string
  readonly deadlineAtMs: number
  readonly onAbort: (callback: (reason: unknown) => void) => () => void
}

/**
 * Slots with a bounded queue that is fair between tenants: who is next is the tenant with the fewest slots, and no tenant
 * can take all. A free slot is given at once, without a promise.
 */
export interface FairQueue {
  readonly acquire: (applicant: QueueEntry) => Release | Refusal | Promise<Release | Refusal>
  readonly held: () => number
  readonly waiting: () => number
  /** Whether a new applicant would have to wait. */
  readonly isFull: () => boolean
}

/** Who waits, oldest first, and how many of each tenant. */
interface Line {
  readonly waiters: Set<Waiter>
  readonly enter: (waiter: Waiter) => void
  readonly leave: (waiter: Waiter) => void
  readonly othersWait: (tenant: string) => boolean
}

function createLine(): Line {
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

/** A place in the queue; it ends by a slot, by time or by the applicant's leaving. */
function enqueue(
  applicant: QueueEntry,
  { line, maxWaitMs }: { readonly line: Line; readonly maxWaitMs: number },
  deps: Pick<Deps, 'now' | 'setTimer'>,
): Promise<Release | Refusal> {
  return new Promise((resolve, reject) => {
    let cancelTimer: () => void = () => undefined
    let forget: () => void = () => undefined
    const waiter: Waiter = {
      tenant: applicant.tenant,
      settle: resolve,
      stopWaiting: () => {
        line.leave(waiter)
        cancelTimer()
        forget()
      },
    }
    line.enter(waiter)
    const ms = Math.max(0, Math.min(maxWaitMs, applicant.deadlineAtMs - deps.now()))
    cancelTimer = deps.setTimer(() => {
      waiter.stopWaiting()
      resolve('queue-timeout')
    }, ms)
    forget = applicant.onAbort((reason) => {
      waiter.stopWaiting()
      reject(reason)
    })
  })
}

export function createFairQueue({ limit, maxQueue, maxWaitMs }: FairQueueOptions, deps: Pick<Deps, 'now' | 'setTimer'>): FairQueue {
  const line = createLine()
  const canAcquire = (tenant: string): boolean => slots.canAcquire(tenant, line.othersWait(tenant))
  /** The longest waiting of the tenant that holds the fewest slots. */
  const nextWaiter = (): Waiter | undefined => {
    let next: Waiter | undefined
    for (const waiter of line.waiters) {
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
    acquire: (applicant) => {
      if (canAcquire(applicant.tenant)) return slots.take(applicant.tenant)
      return line.waiters.size >= maxQueue ? 'queue-full' : enqueue(applicant, { line, maxWaitMs }, deps)
    },
    held: slots.held,
    waiting: () => line.waiters.size,
    isFull: slots.isFull,
  }
}
