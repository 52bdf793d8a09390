/** How urgent an alert is. */
export type AlertSeverity = 'info' | 'warning' | 'critical'

/** What a channel is given to send. Texts are masked already. */
export interface AlertNotification {
  /** One for each transition, the same in every try: receivers can tell a repeated delivery by it. */
  readonly id: string
  readonly status: 'firing' | 'resolved' | 'test'
  /** Sent again because the alert is still firing. */
  readonly isReminder: boolean
  /** The same for all that concerns one rule, over restarts too. */
  readonly dedupKey: string
  /** Who speaks, such as the name of the service. */
  readonly source: string
  readonly rule: string
  readonly severity: AlertSeverity
  readonly condition: string
  readonly description?: string | undefined
  /** What the condition's signals were; a signal that was not known is left out. */
  readonly values: Readonly<Record<string, number>>
  readonly startedAtMs: number
  /** When it was over; only in `resolved`. */
  readonly endedAtMs?: number | undefined
  readonly atMs: number
}

/** A way to reach people. */
export interface AlertChannel {
  /** Such as `slack`. */
  readonly type: string
  /** Rejects when the notification did not arrive; a `retryable` of `false` on the error says that trying again is of no use. */
  readonly send: (notification: AlertNotification, signal: AbortSignal) => Promise<void>
}

/** A rule that looks for what is unusual for this hour, instead of a threshold. */
export interface AnomalyRule {
  /** A signal as in a condition: `p95`, `error_rate{provider="openai"}`. */
  readonly signal: string
  /** Robust standard deviations from the usual that are too many. Default: 4. */
  readonly sensitivity?: number | undefined
  /** Which side of the usual is looked at. Default: `above`. */
  readonly direction?: 'above' | 'below' | 'both' | undefined
}

/** When to tell whom. Has either a `condition` or an `anomaly`. */
export interface AlertRule {
  readonly name: string
  readonly condition?: string | undefined
  readonly anomaly?: AnomalyRule | undefined
  /** Default: `warning`. */
  readonly severity?: AlertSeverity | undefined
  /** Names of channels. Left out or empty: all of them. */
  readonly channels?: readonly string[] | undefined
  /** For people: what it means, what to do. */
  readonly description?: string | undefined
  /** How long the condition has to hold. Default: what it says itself (`for 2m`), or not at all. */
  readonly forMs?: number | undefined
}
