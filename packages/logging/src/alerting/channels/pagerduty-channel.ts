import { systemFetch } from '../../deps.ts'
import type { AlertChannel, AlertNotification } from '../engine/alert.ts'
import { AlertingError } from '../engine/alerting-error.ts'
import { toChannelUrl } from './channel-url.ts'
import { toSubject } from './notification-text.ts'
import { postJson } from './post-json.ts'

/** The integration that gets the events. */
export interface PagerDutyChannelOptions {
  /** Integration key of a service with Events API v2: a secret. */
  readonly routingKey: string
  /** Default: `https://events.pagerduty.com`; Europe has `https://events.eu.pagerduty.com`. */
  readonly baseUrl?: string | undefined
}

/** Events API v2 takes no longer ones (developer.pagerduty.com, "Send an Alert Event"). */
const longestSummary = 1_024
const longestDedupKey = 255

type Action = 'trigger' | 'resolve'

function toEvent(notification: AlertNotification, action: Action, routingKey: string): object {
  const { dedupKey, source, severity, atMs, rule, condition, description, values } = notification
  const event = { routing_key: routingKey, event_action: action, dedup_key: dedupKey.slice(-longestDedupKey) }
  if (action === 'resolve') return event
  const summary = toSubject(notification).slice(0, longestSummary)
  const custom_details = { condition, description, values }
  return { ...event, payload: { summary, source, severity, timestamp: new Date(atMs).toISOString(), class: rule, custom_details } }
}

/** A test leaves no open incident behind. */
function actionsFor({ status }: AlertNotification): readonly Action[] {
  switch (status) {
    case 'firing':
      return ['trigger']
    case 'resolved':
      return ['resolve']
    case 'test':
      return ['trigger', 'resolve']
  }
}

/**
 * PagerDuty's Events API v2: an alert triggers an incident and its end resolves it, by the same key.
 *
 * @throws AlertingError for an address that can't be one, or without a key
 */
export function createPagerDutyChannel(options: PagerDutyChannelOptions, fetch: typeof globalThis.fetch = systemFetch): AlertChannel {
  const { routingKey, baseUrl = 'https://events.pagerduty.com' } = options
  if (routingKey === '')
    throw new AlertingError({ code: 'invalid_config', message: 'pagerduty routing_key: found nothing, expected an integration key' })
  const base = toChannelUrl(baseUrl, { setting: 'pagerduty base_url', protocols: ['https:', 'http:'] })
  const url = new URL('/v2/enqueue', base)
  return {
    type: 'pagerduty',
    send: async (notification, signal) => {
      for (const action of actionsFor(notification)) {
        await postJson({ service: 'PagerDuty', url, body: JSON.stringify(toEvent(notification, action, routingKey)), signal, fetch })
      }
    },
  }
}
