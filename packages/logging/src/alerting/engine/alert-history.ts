import type { AlertSeverity } from './alert.ts'

/** How far a notification has come on one channel. */
export interface AlertDelivery {
  readonly status: 'pending' | 'delivered' | 'failed'
  readonly attempts: number
  readonly atMs: number
  /** Why it failed; masked. */
  readonly error?: string | undefined
}

/** One transition of a rule. */
export interface AlertHistoryEntry {
  /** The notification's. */
  readonly id: string
  /** The same for the beginning and the end of one alert. */
  readonly alertId: string
  readonly rule: string
  readonly severity: AlertSeverity
  readonly status: 'firing' | 'resolved'
  readonly atMs: number
  readonly startedAtMs: number
  readonly values: Readonly<Record<string, number>>
  /** By channel; empty when a silence held it back. */
  readonly deliveries: Readonly<Record<string, AlertDelivery>>
}

export interface AlertHistory {
  readonly add: (entry: AlertHistoryEntry) => void
  /** Notes how far an entry's notification has come; of forgotten entries nothing. */
  readonly deliver: (id: string, channel: string, delivery: AlertDelivery) => void
  /** Newest first. */
  readonly list: () => readonly AlertHistoryEntry[]
}

/** The last transitions, up to `maxEntries`. */
export function createAlertHistory(maxEntries: number, initial: readonly AlertHistoryEntry[] = []): AlertHistory {
  const entries = new Map([...initial].reverse().map((entry) => [entry.id, entry])) // a Map keeps the order of its making
  return {
    add: (entry) => {
      entries.set(entry.id, entry)
      const oldest = entries.keys().next().value
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest)
    },
    deliver: (id, channel, delivery) => {
      const entry = entries.get(id)
      if (entry !== undefined) entries.set(id, { ...entry, deliveries: { ...entry.deliveries, [channel]: delivery } })
    },
    list: () => [...entries.values()].reverse(),
  }
}
