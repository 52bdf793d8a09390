import type { AlertRule } from '@proxyapi/logging'
import type { AlertingConfig } from '../config/alerting-schema.ts'

/** Translates a rule of the configuration. A rule without channels notifies every channel that is set up. */
export function toAlertRule(rule: AlertingConfig['rules'][number], active: readonly string[]): AlertRule {
  const { name, condition, anomaly, severity, channels, description } = rule
  return {
    name,
    condition,
    anomaly,
    severity,
    description,
    forMs: rule.for === undefined ? undefined : rule.for * 1_000,
    channels: channels.length === 0 ? active : channels,
  }
}
