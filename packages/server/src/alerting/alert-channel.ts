import { type AlertChannel, AlertingError } from '@proxyapi/logging'
import { createPagerDutyChannel, createSlackChannel, createWebhookChannel } from '@proxyapi/logging/node'
import type { AlertingConfig, alertChannelNames } from '../config/alerting-schema.ts'

/** The kinds of alert channel. */
export type AlertChannelName = (typeof alertChannelNames)[number]

/** The settings of one channel. Addresses and keys are secrets. */
export type AlertChannelSettings =
  | { readonly type: 'slack'; readonly webhookUrl: string }
  | { readonly type: 'email'; readonly smtpUrl: string; readonly to: readonly string[]; readonly from?: string | undefined }
  | { readonly type: 'pagerduty'; readonly routingKey: string }
  | { readonly type: 'webhook'; readonly url: string; readonly secret?: string | undefined }

/** What channels use of the outside world. */
export interface AlertChannelDeps {
  readonly fetch: typeof globalThis.fetch
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Creates a channel. @throws AlertingError `invalid_config` for invalid settings or an unsupported type */
export type CreateAlertChannel = (settings: AlertChannelSettings, deps: AlertChannelDeps) => AlertChannel

/** Creates the channels over HTTP. E-mail needs Node's sockets: use `createNodeAlertChannel` of `@proxyapi/server/node`. */
export const createHttpAlertChannel: CreateAlertChannel = (settings, { fetch, now }) => {
  switch (settings.type) {
    case 'slack':
      return createSlackChannel(settings, fetch)
    case 'pagerduty':
      return createPagerDutyChannel(settings, fetch)
    case 'webhook':
      return createWebhookChannel(settings, { fetch, now })
    case 'email':
      throw new AlertingError({
        code: 'invalid_config',
        message:
          'alerting.channels.email: e-mail needs Node; hand createNodeAlertChannel of @proxyapi/server/node in as createAlertChannel',
      })
  }
}

/** The field with the address of each channel. */
const addressFields: Readonly<Record<AlertChannelName, string>> = {
  slack: 'webhook_url',
  email: 'smtp_url',
  pagerduty: 'routing_key',
  webhook: 'url',
}

/** The path of that field in the configuration. */
export function addressField(name: AlertChannelName): string {
  return `alerting.channels.${name}.${addressFields[name]}`
}

/** The settings of a channel; `undefined` while it has no address. */
export function toChannelSettings({ channels }: AlertingConfig, type: AlertChannelName): AlertChannelSettings | undefined {
  const { slack, email, pagerduty, webhook } = channels
  switch (type) {
    case 'slack':
      return slack?.webhook_url ? { type, webhookUrl: slack.webhook_url } : undefined
    case 'email':
      return email?.smtp_url ? { type, smtpUrl: email.smtp_url, to: email.to ?? [], from: email.from } : undefined
    case 'pagerduty':
      return pagerduty?.routing_key ? { type, routingKey: pagerduty.routing_key } : undefined
    case 'webhook':
      return webhook?.url ? { type, url: webhook.url, secret: webhook.secret } : undefined
  }
}
