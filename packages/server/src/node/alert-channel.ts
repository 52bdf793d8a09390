import { createEmailChannel } from '@proxyapi/logging/node'
import { type CreateAlertChannel, createHttpAlertChannel } from '../alerting/alert-channel.ts'

/** Knows every channel of alerts: Slack, PagerDuty and webhooks over HTTP, and e-mail over SMTP. */
export const createNodeAlertChannel: CreateAlertChannel = (settings, deps) =>
  settings.type === 'email' ? createEmailChannel(settings) : createHttpAlertChannel(settings, deps)
