import { systemDeps, systemFetch } from '../../deps.ts'
import type { AlertChannel, AlertNotification } from '../engine/alert.ts'
import { toChannelUrl } from './channel-url.ts'
import { postJson } from './post-json.ts'
import { signWebhook, webhookHeaders } from './webhook-signature.ts'

/** Where notifications are posted, and the secret that signs them. */
export interface WebhookChannelOptions {
  readonly url: string
  /** Signs what is sent; without it nothing is signed. */
  readonly secret?: string | undefined
}

/** The network and the clock of HTTP channels. */
export interface WebhookChannelDeps {
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Unix milliseconds. */
  readonly now?: (() => number) | undefined
}

function toIso(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

function toWebhookBody(notification: AlertNotification): object {
  const { id, status, isReminder, dedupKey, source, rule, severity, condition, description, values } = notification
  return {
    version: 1,
    id,
    status,
    reminder: isReminder,
    dedup_key: dedupKey,
    source,
    rule,
    severity,
    condition,
    description,
    values,
    started_at: toIso(notification.startedAtMs),
    ended_at: toIso(notification.endedAtMs),
    sent_at: toIso(notification.atMs),
  }
}

/**
 * Any receiver of JSON over HTTP. What it gets is signed (`x-proxyapi-timestamp`, `x-proxyapi-signature`) when there is a secret, and has the
 * notification's id in `x-proxyapi-delivery`; `verifyWebhook` checks it.
 *
 * @throws AlertingError for an address that can't be one
 */
export function createWebhookChannel({ url: address, secret }: WebhookChannelOptions, deps: WebhookChannelDeps = {}): AlertChannel {
  const { fetch = systemFetch, now = systemDeps.now } = deps
  const url = toChannelUrl(address, { setting: 'webhook url', protocols: ['https:', 'http:'] })
  return {
    type: 'webhook',
    send: async (notification, signal) => {
      const body = JSON.stringify(toWebhookBody(notification))
      const timestamp = String(Math.floor(now() / 1_000))
      const signature = secret === undefined ? {} : { [webhookHeaders.signature]: signWebhook({ secret, timestamp, body }) }
      const headers = { [webhookHeaders.timestamp]: timestamp, [webhookHeaders.delivery]: notification.id, ...signature }
      await postJson({ service: 'The webhook', url, body, headers, signal, fetch })
    },
  }
}
