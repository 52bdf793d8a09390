import type { LoggingDeps } from '../../deps.ts'
import type { ReadSignal } from '../condition/evaluate-condition.ts'
import type { AlertNotification } from './alert.ts'
import type { AlertHistory, AlertHistoryEntry } from './alert-history.ts'
import type { CompiledRule } from './compile-rule.ts'
import { evaluateRule, type RuleReading } from './evaluate-rule.ts'
import type { Notifier } from './notifier.ts'
import { type FiringState, onRuleEvaluated, type RuleState } from './rule-state.ts'
import type { Silences } from './silences.ts'

export interface RuleContext {
  readonly read: ReadSignal
  readonly readAnomaly: ReadSignal
  readonly notifier: Notifier
  readonly history: AlertHistory
  readonly silences: Silences
  readonly onTransition: (entry: AlertHistoryEntry) => void
  readonly source: string
  readonly repeatMs: number
  readonly keepFiringMs: number
}

/** Where one rule stands, and what it was judged by last. */
export interface RuleStatus {
  readonly state: RuleState
  readonly reading: RuleReading
  /** `undefined` before the first time. */
  readonly evaluatedAtMs: number | undefined
}

export interface RuleRunner {
  readonly rule: CompiledRule
  readonly evaluate: () => void
  readonly status: () => RuleStatus
}

interface RuleRunnerOptions {
  readonly rule: CompiledRule
  readonly initial: RuleState
  readonly context: RuleContext
}

type News = Pick<AlertNotification, 'id' | 'status' | 'isReminder'>

/** One rule's life: evaluates it, keeps its state, tells the channels of its changes. */
export function createRuleRunner({ rule, initial, context }: RuleRunnerOptions, deps: LoggingDeps): RuleRunner {
  let state = initial
  let reading: RuleReading = { holds: false, values: {} }
  let evaluatedAtMs: number | undefined

  const tell = (alert: FiringState, news: News): void => {
    const { name, severity, description, condition, channels } = rule
    const { startedAtMs } = alert
    const atMs = deps.now()
    const over = news.status === 'resolved' ? { endedAtMs: atMs } : {}
    const about = { rule: name, severity, description, condition: condition.text, values: reading.values, source: context.source }
    for (const channel of channels) context.history.deliver(news.id, channel, { status: 'pending', attempts: 0, atMs })
    context.notifier.notify({ ...news, ...about, dedupKey: `${context.source}/${name}`, startedAtMs, ...over, atMs }, channels)
  }
  const note = (id: string, status: 'firing' | 'resolved', { alertId, startedAtMs }: FiringState): void => {
    const { name, severity } = rule
    const entry = { id, alertId, rule: name, severity, status, atMs: deps.now(), startedAtMs, values: reading.values, deliveries: {} }
    context.history.add(entry)
    context.onTransition(entry)
  }
  /** What was told is told to be over even in a silence: an incident that nobody closes helps nobody. */
  const resolve = (alert: FiringState): void => {
    const id = deps.newId()
    note(id, 'resolved', alert)
    if (alert.notifiedAtMs !== undefined) tell(alert, { id, status: 'resolved', isReminder: false })
  }
  /** Tells of a firing alert at first, when a silence over it ends, and from time to time. */
  const notify = (alert: FiringState): void => {
    const atMs = deps.now()
    const isFirst = alert.notifiedAtMs === undefined
    const isDue = alert.notifiedAtMs === undefined || atMs - alert.notifiedAtMs >= context.repeatMs
    if (!isDue || context.silences.until(rule.name, rule.severity) !== undefined) return
    tell(alert, { id: isFirst ? alert.alertId : deps.newId(), status: 'firing', isReminder: !isFirst })
    state = { ...alert, notifiedAtMs: atMs }
  }
  const evaluate = (): void => {
    reading = evaluateRule(rule.condition, context.read, context.readAnomaly)
    evaluatedAtMs = deps.now()
    const evaluation = {
      holds: reading.holds,
      nowMs: evaluatedAtMs,
      forMs: rule.forMs,
      keepFiringMs: context.keepFiringMs,
      newId: deps.newId,
    }
    const before = state
    const step = onRuleEvaluated(before, evaluation)
    state = step.state
    if (step.change === 'resolved' && before.type === 'firing') resolve(before)
    if (step.change === 'fired' && state.type === 'firing') note(state.alertId, 'firing', state)
    if (state.type === 'firing') notify(state)
  }
  return { rule, evaluate, status: () => ({ state, reading, evaluatedAtMs }) }
}
