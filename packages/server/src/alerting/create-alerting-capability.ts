import type { Deps } from '@proxyapi/core'
import { type AlertHistoryEntry, createAlerting, type Signals } from '@proxyapi/logging'
import type { Feature } from '../capability/capability.ts'
import type { AlertingConfig } from '../config/alerting-schema.ts'
import type { Mask } from '../errors/client-error.ts'
import { type CreateAlertChannel, createHttpAlertChannel } from './alert-channel.ts'
import { activeChannels, createAlertChannels } from './alert-channels.ts'
import { alertingRoutes } from './alerting-routes.ts'
import { toAlertRule } from './to-alert-rule.ts'

export interface AlertingOptions {
  readonly config: AlertingConfig
  /** This capability writes them; others may read them too. */
  readonly signals: Signals
  readonly deps: Deps
  readonly mask?: Mask | undefined
  /** Creates the channels. `undefined` creates those over HTTP; `createNodeAlertChannel` creates e-mail too. */
  readonly createAlertChannel?: CreateAlertChannel | undefined
  /** Called once per alert that begins or ends. */
  readonly onAlert?: ((entry: AlertHistoryEntry) => void) | undefined
}

/** The silences of the configuration that have not ended. */
function activeSilences({ silences }: AlertingConfig, nowMs: number) {
  return silences
    .map(({ rule, severity, until, reason }) => ({ rule, severity, reason, untilMs: new Date(until).getTime() }))
    .filter(({ untilMs }) => untilMs > nowMs)
}

/**
 * Alerts of a gateway: rules over the signals of receipts and events, checked from `start()` to `close()`.
 *
 * @throws AlertingError `invalid_config` for a channel with invalid settings
 */
export function createAlertingFeature(options: AlertingOptions): Feature {
  const { config, signals, deps, mask, createAlertChannel = createHttpAlertChannel, onAlert } = options
  const rules = config.enabled ? config.rules : []
  const channels = createAlertChannels({ ...config, rules }, createAlertChannel, { fetch: deps.fetch, now: deps.now })
  const alerting = createAlerting(
    {
      rules: rules.map((rule) => toAlertRule(rule, activeChannels(config))),
      channels,
      signals,
      mask,
      intervalMs: config.interval * 1_000,
      repeatMs: config.repeat * 1_000,
      keepFiringMs: config.keep_firing * 1_000,
      minAnomalyDays: config.min_history_days,
      onTransition: onAlert,
    },
    deps,
  )
  for (const silence of activeSilences(config, deps.now())) alerting.silence(silence)
  const count = (wanted: string): number => alerting.states().filter(({ state }) => state === wanted).length
  const onErrorCode = (code: string): void => {
    if (code === 'invalid_api_key') signals.onEvent('auth_failure')
    if (code === 'rate_limit_exceeded' || code === 'budget_exceeded') signals.onEvent('rate_limit_rejection')
  }
  return {
    routes: alertingRoutes(alerting, config),
    onReceipt: signals.onCall,
    onError: ({ code }) => onErrorCode(code),
    onWorkerRequest: ({ call, error }) => {
      if (call !== undefined) signals.onCall(call)
      if (error !== undefined) onErrorCode(error.code)
    },
    status: () => ({ alerts: { rules: rules.length, pending: count('pending'), firing: count('firing') } }),
    start: () => {
      if (rules.length > 0) alerting.start()
    },
    close: async () => await alerting.close(),
  }
}
