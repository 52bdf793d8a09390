import type { AlertRule } from '@proxyapi/logging'
import type { AlertingConfig } from '../config/alerting-schema.ts'

/** A rule as the library takes it. One that names no channel reaches all that are set up. */
export function toAlertRule(rule: AlertingConfig['rules'][number], active: readonly string[]): AlertRule {
  const { name, condition, anomaly, severity, channels, description } = rule
  return { name, condition, anomaly, severity, description, forMs: rule.for, channels: channels.length === 0 ? active : channels }
}
