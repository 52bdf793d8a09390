import { systemFetch } from '../../deps.ts'
import type { AlertChannel, AlertNotification } from '../engine/alert.ts'
import { toChannelUrl } from './channel-url.ts'
import { toFacts, toSubject } from './notification-text.ts'
import { postJson } from './post-json.ts'

/** Where messages are posted. */
export interface SlackChannelOptions {
  /** An incoming webhook's address: a secret. */
  readonly webhookUrl: string
}

const colors = { critical: '#d00000', warning: '#e8a33d', info: '#3d7de8' } as const
const resolvedColor = '#2eb67d'

/** Slack's three control characters (docs.slack.dev, "Formatting message text"). */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function toSlackMessage(notification: AlertNotification): object {
  const { status, severity, atMs } = notification
  const fields = toFacts(notification).map(([title, value]) => ({ title, value: escapeText(value), short: false }))
  const color = status === 'resolved' ? resolvedColor : colors[severity]
  return { text: escapeText(toSubject(notification)), attachments: [{ color, fields, ts: Math.floor(atMs / 1_000) }] }
}

/**
 * A channel of Slack, by an incoming webhook.
 *
 * @throws AlertingError for an address that can't be one
 */
export function createSlackChannel({ webhookUrl }: SlackChannelOptions, fetch: typeof globalThis.fetch = systemFetch): AlertChannel {
  const url = toChannelUrl(webhookUrl, { setting: 'slack webhook_url', protocols: ['https:', 'http:'] })
  return {
    type: 'slack',
    send: async (notification, signal) => {
      await postJson({ service: 'Slack', url, body: JSON.stringify(toSlackMessage(notification)), signal, fetch })
    },
  }
}
