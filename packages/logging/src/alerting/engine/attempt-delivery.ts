import type { LoggingDeps } from '../../deps.ts'
import type { AlertChannel, AlertNotification } from './alert.ts'

export interface DeliveryAttempt {
  readonly channel: AlertChannel
  readonly notification: AlertNotification
  readonly timeoutMs: number
  /** Aborted when nothing is to be sent any more. */
  readonly signal: AbortSignal
}

/**
 * Sends once, for at most `timeoutMs`. A channel that does not listen to its signal is not waited for.
 *
 * @throws what the channel throws, or an error about the time
 */
export async function attemptDelivery(attempt: DeliveryAttempt, deps: Pick<LoggingDeps, 'setTimer'>): Promise<void> {
  const { channel, notification, timeoutMs, signal } = attempt
  signal.throwIfAborted()
  const limit = new AbortController()
  const stop = (): void => {
    limit.abort(signal.reason)
  }
  signal.addEventListener('abort', stop, { once: true })
  const cancel = deps.setTimer(() => {
    limit.abort(new Error(`no answer within ${timeoutMs} ms`))
  }, timeoutMs)
  const ended = new Promise<never>((_resolve, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true })
  })
  try {
    await Promise.race([channel.send(notification, limit.signal), ended])
  } finally {
    cancel()
    signal.removeEventListener('abort', stop)
  }
}
