import type { Condition } from '../condition/condition.ts'
import { isConditionError } from '../condition/condition-error.ts'
import { parseCondition } from '../condition/parse-condition.ts'
import type { AlertRule, AlertSeverity, AnomalyRule } from './alert.ts'
import { AlertingError } from './alerting-error.ts'

/** A rule whose condition was read and whose channels are known to exist. */
export interface CompiledRule {
  readonly name: string
  readonly condition: Condition
  readonly severity: AlertSeverity
  readonly channels: readonly string[]
  readonly description: string | undefined
  readonly forMs: number
}

const usualSensitivity = 4

/** The condition that says the same as an anomaly rule. */
function anomalyCondition({ signal, sensitivity = usualSensitivity, direction = 'above' }: AnomalyRule): string {
  const above = `anomaly(${signal}) > ${sensitivity}`
  const below = `anomaly(${signal}) < -${sensitivity}`
  switch (direction) {
    case 'above':
      return above
    case 'below':
      return below
    case 'both':
      return `${above} or ${below}`
  }
}

function refuse(rule: AlertRule, message: string, cause?: unknown): AlertingError {
  return new AlertingError({ code: 'invalid_config', message: `alerting rule ${JSON.stringify(rule.name)}: ${message}`, cause })
}

function conditionText(rule: AlertRule): string {
  const { condition, anomaly } = rule
  if (condition !== undefined && anomaly === undefined) return condition
  if (condition !== undefined || anomaly === undefined) throw refuse(rule, 'needs either a condition or an anomaly')
  return anomalyCondition(anomaly)
}

function readCondition(rule: AlertRule): Condition {
  try {
    return parseCondition(conditionText(rule))
  } catch (error) {
    throw isConditionError(error) ? refuse(rule, error.message, error) : error
  }
}

function compileRule(rule: AlertRule, channelNames: readonly string[]): CompiledRule {
  const { name, severity = 'warning', channels = [], description } = rule
  const unknown = channels.find((channel) => !channelNames.includes(channel))
  if (unknown !== undefined) {
    throw refuse(
      rule,
      `found channel ${JSON.stringify(unknown)}, expected one of ${channelNames.join(', ') || 'none, since no channel is set up'}`,
    )
  }
  const condition = readCondition(rule)
  const reached = channels.length === 0 ? channelNames : [...new Set(channels)]
  return { name, condition, severity, channels: reached, description, forMs: rule.forMs ?? condition.forMs }
}

/**
 * Reads the conditions of rules and looks up their channels.
 *
 * @throws AlertingError with the code `invalid_config`; when a condition can't be read, its `cause` is the ConditionError with the position
 */
export function compileRules(rules: readonly AlertRule[], channelNames: readonly string[]): readonly CompiledRule[] {
  const names = new Set<string>()
  return rules.map((rule) => {
    if (rule.name === '' || names.has(rule.name)) throw refuse(rule, 'needs a name of its own')
    names.add(rule.name)
    return compileRule(rule, channelNames)
  })
}
