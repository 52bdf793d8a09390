import type { LoggingDeps } from '../../deps.ts'
import type { AlertChannel, AlertNotification } from './alert.ts'
import type { AlertDelivery } from './alert-history.ts'
import { attemptDelivery } from './attempt-delivery.ts'

/** How often a notification is sent again, and after which waits. */
export interface DeliveryRetry {
  /** Tries in all. Default: 6. */
  readonly maxAttempts: number
  /** Before the first repetition; each further wait is twice as long. Default: 1 s. */
  readonly baseDelayMs: number
  /** Default: 60 s. */
  readonly maxDelayMs: number
  /** One try. Default: 10 s. */
  readonly attemptTimeoutMs: number
}

/** Patient enough for a receiver's restart. */
export const defaultDeliveryRetry: DeliveryRetry = { maxAttempts: 6, baseDelayMs: 1_000, maxDelayMs: 60_000, attemptTimeoutMs: 10_000 }

export interface DeliveryQueueOptions {
  readonly channel: AlertChannel
  readonly retry: DeliveryRetry
  /** Told of each notification once, when it arrived or was given up. */
  readonly onSettled: (notification: AlertNotification, delivery: AlertDelivery) => void
  /** Of an error, without secrets. */
  readonly describe: (error: unknown) => string
}

/** The way to one channel: in order, one at a time, each until it has arrived or was given up. */
export interface DeliveryQueue {
  readonly push: (notification: AlertNotification) => void
  /** Resolves when nothing is left to send. */
  readonly idle: () => Promise<void>
  /** Sends no more. */
  readonly close: () => void
  /** What has neither arrived nor been given up, oldest first. */
  readonly undelivered: () => readonly AlertNotification[]
}

/** A channel that is away for long keeps so many; the oldest is given up for one more. */
const maxQueued = 200
/** A receiver may ask for no more patience than this. */
const longestRetryAfterMs = 300_000

function retryAfterOf(error: unknown): number {
  const asked = typeof error === 'object' && error !== null && 'retryAfterMs' in error ? error.retryAfterMs : undefined
  return typeof asked === 'number' ? Math.min(asked, longestRetryAfterMs) : 0
}

function isFinal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === false
}

/** Exponential; half of it is left to chance, so that channels don't try in step. */
function delayMs(attempt: number, { baseDelayMs, maxDelayMs }: DeliveryRetry, random: () => number): number {
  const cap = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1))
  return cap / 2 + (cap / 2) * random()
}

/** Resolves after `ms`, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal, setTimer: LoggingDeps['setTimer']): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = setTimer(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}

export function createDeliveryQueue(options: DeliveryQueueOptions, deps: Pick<LoggingDeps, 'now' | 'random' | 'setTimer'>): DeliveryQueue {
  const { channel, retry, onSettled, describe } = options
  const closing = new AbortController()
  const { signal } = closing
  let current: AlertNotification | undefined
  let waiting: readonly AlertNotification[] = []
  let working: Promise<void> | undefined

  const settle = (notification: AlertNotification, attempts: number, failure?: { readonly error: unknown }): void => {
    const told =
      failure === undefined ? ({ status: 'delivered' } as const) : ({ status: 'failed', error: describe(failure.error) } as const)
    onSettled(notification, { ...told, attempts, atMs: deps.now() })
  }
  /** What went wrong in one try; `undefined` when it arrived. */
  const attemptOnce = async (notification: AlertNotification): Promise<{ readonly error: unknown } | undefined> => {
    try {
      await attemptDelivery({ channel, notification, timeoutMs: retry.attemptTimeoutMs, signal }, deps)
      return undefined
    } catch (error) {
      return { error }
    }
  }
  const deliver = async (notification: AlertNotification): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const failure = await attemptOnce(notification)
      if (failure !== undefined && signal.aborted) return // it stays what is left
      if (failure === undefined || isFinal(failure.error) || attempt >= retry.maxAttempts) {
        current = undefined
        settle(notification, attempt, failure)
        return
      }
      await pause(Math.max(delayMs(attempt, retry, deps.random), retryAfterOf(failure.error)), signal, deps.setTimer)
    }
  }
  const work = async (): Promise<void> => {
    for (let next = waiting[0]; next !== undefined && !signal.aborted; next = waiting[0]) {
      current = next
      waiting = waiting.slice(1)
      await deliver(next)
    }
    working = undefined
  }
  return {
    push: (notification) => {
      const [oldest] = waiting
      if (oldest !== undefined && waiting.length >= maxQueued) {
        waiting = waiting.slice(1)
        settle(oldest, 0, { error: new Error(`more than ${maxQueued} notifications waiting`) })
      }
      waiting = [...waiting, notification]
      working ??= work()
    },
    idle: () => working ?? Promise.resolve(),
    close: () => {
      closing.abort(new Error('alerting was closed'))
    },
    undelivered: () => (current === undefined ? waiting : [current, ...waiting]),
  }
}
