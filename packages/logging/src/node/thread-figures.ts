import type { RecorderFigures } from '../recorder/recorder.ts'

/** Counts what goes to a recorder's thread, and what is lost with threads that are gone. */
export interface ThreadFigures {
  readonly onSent: (requests: number) => void
  readonly onTaken: (requests: number) => void
  /** The thread tells what it has done so far. */
  readonly onReport: (figures: RecorderFigures) => void
  /** There was no room for a request. */
  readonly onDropped: () => void
  readonly onAuditLost: (events: number) => void
  /** The thread is gone, with all that it had not written. */
  readonly onLost: (auditEvents: number) => void
  /** Sent, and not taken over yet. */
  readonly sent: () => number
  /** Adds what waits to be sent. */
  readonly observe: (pending: () => number) => void
  readonly read: () => RecorderFigures
}

/** Of a recorder that has done nothing, or whose figures somebody else tells. */
export const noFigures: RecorderFigures = {
  queued: 0,
  written: 0,
  failures: 0,
  isFailing: false,
  setAside: 0,
  dropped: { queue: 0, store: 0, worker: 0, audit: 0 },
}

function add(one: RecorderFigures, other: RecorderFigures): RecorderFigures {
  return {
    queued: one.queued + other.queued,
    written: one.written + other.written,
    failures: one.failures + other.failures,
    isFailing: one.isFailing || other.isFailing,
    setAside: one.setAside + other.setAside,
    dropped: {
      queue: one.dropped.queue + other.dropped.queue,
      store: one.dropped.store + other.dropped.store,
      worker: one.dropped.worker + other.dropped.worker,
      audit: one.dropped.audit + other.dropped.audit,
    },
  }
}

export function createThreadFigures(): ThreadFigures {
  let sent = 0
  /** Of the thread at hand. */
  let current = noFigures
  /** Of all before it, and of this side. */
  let before = noFigures
  let pending = (): number => 0
  const lose = (dropped: Partial<RecorderFigures['dropped']>): void => {
    before = add(before, { ...noFigures, dropped: { ...noFigures.dropped, ...dropped } })
  }
  return {
    onSent: (requests) => {
      sent += requests
    },
    onTaken: (requests) => {
      sent = Math.max(0, sent - requests)
    },
    onReport: (figures) => {
      current = figures
    },
    onDropped: () => lose({ queue: 1 }),
    onAuditLost: (audit) => lose({ audit }),
    onLost: (audit) => {
      lose({ worker: sent + current.queued, audit })
      before = { ...add(before, current), queued: 0, isFailing: false }
      current = noFigures
      sent = 0
    },
    sent: () => sent,
    observe: (read) => {
      pending = read
    },
    read: () => add({ ...before, queued: pending() + sent }, current),
  }
}
