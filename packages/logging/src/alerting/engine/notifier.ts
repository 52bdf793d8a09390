import type { LoggingDeps } from '../../deps.ts'
import { maskPlain } from '../../masking/mask-value.ts'
import type { AlertChannel, AlertNotification } from './alert.ts'
import type { AlertDelivery } from './alert-history.ts'
import { AlertingError } from './alerting-error.ts'
import { attemptDelivery } from './attempt-delivery.ts'
import { createDeliveryQueue, type DeliveryRetry } from './delivery-queue.ts'

export interface NotifierOptions {
  readonly channels: Readonly<Record<string, AlertChannel>>
  readonly retry: DeliveryRetry
  readonly mask: (text: string) => string
  readonly onSettled: (notification: AlertNotification, channel: string, delivery: AlertDelivery) => void
}

/** What came of a test notification on one channel. */
export interface ChannelTest {
  readonly channel: string
  readonly ok: boolean
  /** Why it did not arrive; masked. */
  readonly error?: string | undefined
}

/** The way to all channels, each on its own. */
export interface Notifier {
  readonly notify: (notification: AlertNotification, channels: readonly string[]) => void
  /** Sends once, without repetition, and tells what came of it. */
  readonly test: (notification: AlertNotification, channel?: string) => Promise<readonly ChannelTest[]>
  readonly idle: () => Promise<void>
  readonly close: () => void
  /** What has neither arrived nor been given up. */
  readonly undelivered: () => readonly UndeliveredAlert[]
}

/** A notification that is still to be sent. Plain data. */
export interface UndeliveredAlert {
  readonly channel: string
  readonly notification: AlertNotification
}

const longestError = 500

function createDescribe(mask: (text: string) => string): (error: unknown) => string {
  return (error) => mask(error instanceof Error ? error.message : String(error)).slice(0, longestError)
}

/** @throws AlertingError when there is no channel of that name */
function selectChannels(channels: NotifierOptions['channels'], name: string | undefined): readonly (readonly [string, AlertChannel])[] {
  const all = Object.entries(channels)
  if (name === undefined) return all
  const found = all.filter(([known]) => known === name)
  if (found.length > 0) return found
  const message = `found channel ${JSON.stringify(name)}, expected one of ${all.map(([known]) => known).join(', ') || 'none, since no channel is set up'}`
  throw new AlertingError({ code: 'invalid_request', message })
}

export function createNotifier(options: NotifierOptions, deps: LoggingDeps): Notifier {
  const { channels, retry, mask, onSettled } = options
  const describe = createDescribe(mask)
  const closing = new AbortController()
  const queues = new Map(
    Object.entries(channels).map(([name, channel]) => {
      const told = (notification: AlertNotification, delivery: AlertDelivery): void => onSettled(notification, name, delivery)
      return [name, createDeliveryQueue({ channel, retry, onSettled: told, describe }, deps)]
    }),
  )
  const masked = (notification: AlertNotification): AlertNotification => maskPlain(notification, mask) as AlertNotification // the same shape
  const testOne = async (name: string, channel: AlertChannel, notification: AlertNotification): Promise<ChannelTest> => {
    try {
      await attemptDelivery({ channel, notification, timeoutMs: retry.attemptTimeoutMs, signal: closing.signal }, deps)
      return { channel: name, ok: true }
    } catch (error) {
      return { channel: name, ok: false, error: describe(error) }
    }
  }
  return {
    notify: (notification, names) => {
      for (const name of names) queues.get(name)?.push(masked(notification))
    },
    test: async (notification, name) => {
      const selected = selectChannels(channels, name)
      return await Promise.all(selected.map(([each, channel]) => testOne(each, channel, masked(notification))))
    },
    idle: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.idle()))
    },
    close: () => {
      closing.abort(new Error('alerting was closed'))
      for (const queue of queues.values()) queue.close()
    },
    undelivered: () => [...queues].flatMap(([channel, queue]) => queue.undelivered().map((notification) => ({ channel, notification }))),
  }
}
