import { type LoggingDeps, systemDeps } from '../../deps.ts'
import { createMasker } from '../../masking/masker.ts'
import { createSeasonalBaseline } from '../anomaly/seasonal-baseline.ts'
import type { AlertNotification } from './alert.ts'
import { type AlertHistory, type AlertHistoryEntry, createAlertHistory } from './alert-history.ts'
import type { Alerting, AlertingOptions, AlertState } from './alerting.ts'
import { compileRules } from './compile-rule.ts'
import { defaultDeliveryRetry } from './delivery-queue.ts'
import { createIntervalTimer } from './interval-timer.ts'
import { createNotifier, type Notifier, type NotifierOptions } from './notifier.ts'
import { createRuleRunner, type RuleContext, type RuleRunner } from './rule-runner.ts'
import type { RuleState } from './rule-state.ts'
import { createSilences, type Silences } from './silences.ts'

const usualGraceMs = 2_000
const usualIntervalMs = 5_000
/** As long as Prometheus' Alertmanager waits by default. */
const usualRepeatMs = 4 * 3_600_000

function toState({ rule, status }: RuleRunner, silencedUntilMs: number | undefined, mask: (text: string) => string): AlertState {
  const { state, reading, evaluatedAtMs } = status()
  const { name, severity, condition, channels } = rule
  const sinceMs = state.type === 'firing' ? state.startedAtMs : state.type === 'pending' ? state.sinceMs : undefined
  const error = reading.error === undefined ? undefined : mask(String(reading.error))
  return {
    rule: name,
    severity,
    condition: condition.text,
    channels,
    state: state.type,
    sinceMs,
    silencedUntilMs,
    values: reading.values,
    evaluatedAtMs,
    error,
  }
}

function testNotification(source: string, { now, newId }: LoggingDeps): AlertNotification {
  const id = newId()
  const about = { rule: 'test', severity: 'info', condition: 'test', description: 'A test of this channel. Nothing is wrong.' } as const
  return {
    id,
    status: 'test',
    isReminder: false,
    dedupKey: `${source}/test/${id}`,
    source,
    ...about,
    values: {},
    startedAtMs: now(),
    atMs: now(),
  }
}

/** A listener is a guest: its failure must not keep an alert from people. */
function guarded(listener: AlertingOptions['onTransition']): (entry: AlertHistoryEntry) => void {
  return (entry) => {
    try {
      listener?.(entry)
    } catch {
      // whoever wants to know of the failures of a listener catches them there
    }
  }
}

/** Resolves when all is idle, or after `graceMs`. */
async function drain(notifier: Notifier, graceMs: number, setTimer: LoggingDeps['setTimer']): Promise<void> {
  let cancel = (): void => undefined
  const late = new Promise<void>((resolve) => {
    cancel = setTimer(resolve, graceMs)
  })
  await Promise.race([notifier.idle(), late])
  cancel()
}

interface Parts {
  readonly history: AlertHistory
  readonly silences: Silences
  readonly notifier: Notifier
}

function createParts(
  { channels, retry, maxHistory = 500, resume }: AlertingOptions,
  mask: (text: string) => string,
  deps: LoggingDeps,
): Parts {
  const history = createAlertHistory(maxHistory, resume?.history)
  const silences = createSilences(resume?.silences ?? [], deps)
  const onSettled: NotifierOptions['onSettled'] = ({ id }, channel, delivery) => history.deliver(id, channel, delivery)
  const notifier = createNotifier({ channels, retry: { ...defaultDeliveryRetry, ...retry }, mask, onSettled }, deps)
  return { history, silences, notifier }
}

/**
 * Looks at rules from time to time and tells channels when an alert begins and when it is over, each transition once on each channel, with
 * repetitions where a channel fails; one channel's failure holds up no other. Starts nothing before `start()`.
 *
 * @throws AlertingError with the code `invalid_config` for a rule that can't be read (its `cause` has the position) or names an unknown channel
 *
 * @example
 * const signals = createSignals()
 * const alerting = createAlerting({
 *   rules: [{ name: 'high_error_rate', condition: 'error_rate > 0.05 and requests > 20 for 2m', severity: 'critical' }],
 *   channels: { slack: createSlackChannel({ webhookUrl }) },
 *   signals,
 * })
 * alerting.start()
 */
export function createAlerting(options: AlertingOptions, deps: LoggingDeps = systemDeps): Alerting {
  const { channels, signals, resume, source = 'proxyapi', mask = createMasker().mask } = options
  const rules = compileRules(options.rules, Object.keys(channels))
  const parts = createParts(options, mask, deps)
  const { history, silences, notifier } = parts
  const usual = createSeasonalBaseline({ read: signals.read, minDays: options.minAnomalyDays, initial: resume?.usual }, deps.now)
  const context: RuleContext = {
    ...parts,
    read: signals.read,
    readAnomaly: usual.readAnomaly,
    onTransition: guarded(options.onTransition),
    source,
    repeatMs: options.repeatMs ?? usualRepeatMs,
    keepFiringMs: options.keepFiringMs ?? 0,
  }
  const initialOf = (name: string): RuleState =>
    (resume !== undefined && Object.hasOwn(resume.rules, name) ? resume.rules[name] : undefined) ?? { type: 'inactive' }
  const runners = rules.map((rule) => createRuleRunner({ rule, initial: initialOf(rule.name), context }, deps))
  const evaluateAll = (): void => {
    for (const runner of runners) runner.evaluate()
  }
  const beat = createIntervalTimer(evaluateAll, options.intervalMs ?? usualIntervalMs, deps.setTimer)
  let hasStarted = false
  return {
    start: () => {
      if (!hasStarted) for (const { notification, channel } of resume?.undelivered ?? []) notifier.notify(notification, [channel])
      hasStarted = true
      beat.start()
    },
    states: () => runners.map((runner) => toState(runner, silences.until(runner.rule.name, runner.rule.severity), mask)),
    history: history.list,
    silence: silences.add,
    unsilence: silences.remove,
    silences: silences.list,
    test: async (channel) => await notifier.test(testNotification(source, deps), channel),
    snapshot: () => ({
      rules: Object.fromEntries(runners.map(({ rule, status }) => [rule.name, status().state])),
      silences: silences.list(),
      history: history.list(),
      usual: usual.snapshot(),
      undelivered: notifier.undelivered(),
    }),
    close: async (graceMs = usualGraceMs) => {
      beat.stop()
      await drain(notifier, graceMs, deps.setTimer)
      notifier.close()
    },
  }
}
