import type { BaselineSnapshot } from '../anomaly/seasonal-baseline.ts'
import type { ReadSignal } from '../condition/evaluate-condition.ts'
import type { AlertChannel, AlertRule, AlertSeverity } from './alert.ts'
import type { AlertHistoryEntry } from './alert-history.ts'
import type { DeliveryRetry } from './delivery-queue.ts'
import type { ChannelTest, UndeliveredAlert } from './notifier.ts'
import type { RuleState } from './rule-state.ts'
import type { Silence, SilenceRequest } from './silences.ts'

/** The rules, channels and times of alerting. */
export interface AlertingOptions {
  readonly rules: readonly AlertRule[]
  /** By the names that rules use. */
  readonly channels: Readonly<Record<string, AlertChannel>>
  /** Where conditions get their values; `createSignals` makes one. */
  readonly signals: { readonly read: ReadSignal }
  /** Hides secrets in whatever is sent. Default: those that are known by shape. */
  readonly mask?: ((text: string) => string) | undefined
  /** Between two looks at the rules. Default: 5 s. */
  readonly intervalMs?: number | undefined
  /** After which an alert that still fires is told again. Default: 4 h. */
  readonly repeatMs?: number | undefined
  /** How long a condition has to be over before its alert resolves. Default: 0. */
  readonly keepFiringMs?: number | undefined
  /** Who speaks; part of the key by which receivers tell alerts apart. Default: `proxyapi`. */
  readonly source?: string | undefined
  readonly retry?: Partial<DeliveryRetry> | undefined
  /** Transitions that are remembered. Default: 500. */
  readonly maxHistory?: number | undefined
  /** Days that an anomaly rule needs to know before it can fire. Default: 3. */
  readonly minAnomalyDays?: number | undefined
  /** Told of each transition, such as for the log. One that throws changes nothing. */
  readonly onTransition?: ((entry: AlertHistoryEntry) => void) | undefined
  /** Goes on from where another one was, over a reload or a restart. */
  readonly resume?: AlertingSnapshot | undefined
}

/** All that alerting knows, as plain data; taken after `close`, what could not be sent by then is in it. */
export interface AlertingSnapshot {
  readonly rules: Readonly<Record<string, RuleState>>
  readonly silences: readonly Silence[]
  readonly history: readonly AlertHistoryEntry[]
  readonly usual: BaselineSnapshot
  /** Sent by whoever goes on. */
  readonly undelivered: readonly UndeliveredAlert[]
}

/** Where a rule stands. */
export interface AlertState {
  readonly rule: string
  readonly severity: AlertSeverity
  readonly condition: string
  readonly channels: readonly string[]
  readonly state: RuleState['type']
  /** Since when it is pending or firing. */
  readonly sinceMs?: number | undefined
  readonly silencedUntilMs?: number | undefined
  /** What the signals were at the last look; what was not known is left out. */
  readonly values: Readonly<Record<string, number>>
  readonly evaluatedAtMs?: number | undefined
  /** Why the last look failed; masked. */
  readonly error?: string | undefined
}

/** A running set of alert rules. */
export interface Alerting {
  /** Looks at the rules now and from now on. */
  readonly start: () => void
  readonly states: () => readonly AlertState[]
  /** Transitions, newest first. */
  readonly history: () => readonly AlertHistoryEntry[]
  /** @throws AlertingError with the code `invalid_request` when it would end in the past */
  readonly silence: (request: SilenceRequest) => Silence
  /** Whether there was a silence with this id. */
  readonly unsilence: (id: string) => boolean
  readonly silences: () => readonly Silence[]
  /** Sends a test notification once, to one channel or to all. @throws AlertingError when there is no channel of that name */
  readonly test: (channel?: string) => Promise<readonly ChannelTest[]>
  readonly snapshot: () => AlertingSnapshot
  /** Stops looking, waits up to `graceMs` (default: 2 s) for what is on its way; the rest is in the snapshot. */
  readonly close: (graceMs?: number) => Promise<void>
}
