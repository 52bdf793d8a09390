import { InvalidRequestError, isProxyApiError, ProxyApiError } from '@proxyapi/core'
import type { AlertHistoryEntry, Alerting, AlertState, Silence } from '@proxyapi/logging'
import type { Context, Hono } from 'hono'
import * as v from 'valibot'
import { checkBody } from '../http/check-body.ts'
import { hasBody, readJsonBody } from '../http/read-body.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import { toIso } from '../http/to-iso.ts'
import type { GatewayEnv } from '../request/bindings.ts'

const maxBodyBytes = 64 * 1024

function toRule(state: AlertState): object {
  const { rule, severity, condition, channels, values, error } = state
  return {
    name: rule,
    severity,
    condition,
    channels,
    state: state.state,
    since: toIso(state.sinceMs),
    silenced_until: toIso(state.silencedUntilMs),
    values,
    evaluated_at: toIso(state.evaluatedAtMs),
    ...(error !== undefined && { error }),
  }
}

function toEntry({ id, alertId, rule, severity, status, atMs, startedAtMs, values, deliveries }: AlertHistoryEntry): object {
  const sent = Object.entries(deliveries).map(([channel, delivery]) => {
    const { status: outcome, attempts, error } = delivery
    return [channel, { status: outcome, attempts, at: toIso(delivery.atMs), ...(error !== undefined && { error }) }] as const
  })
  return {
    id,
    alert_id: alertId,
    rule,
    severity,
    status,
    at: toIso(atMs),
    started_at: toIso(startedAtMs),
    values,
    deliveries: Object.fromEntries(sent),
  }
}

function toSilence({ id, rule, severity, untilMs, reason }: Silence): object {
  return { id, rule: rule ?? null, severity: severity ?? null, until: toIso(untilMs), reason: reason ?? null }
}

const testSchema = v.strictObject({ channel: v.optional(v.pipe(v.string(), v.maxLength(64))) })

/** The channel to test; without a body every channel is tested. */
async function testedChannel(c: Context<GatewayEnv>): Promise<string | undefined> {
  return hasBody(c) ? checkBody(testSchema, await readJsonBody(c, maxBodyBytes)).channel : undefined
}

async function runTest(alerting: Alerting, channel: string | undefined): ReturnType<Alerting['test']> {
  try {
    return await alerting.test(channel)
  } catch (error) {
    if (isProxyApiError(error) && error.code === 'invalid_request') throw new InvalidRequestError(`channel: ${error.message}.`, 'channel')
    throw error
  }
}

/** `GET /api/alerts` answers the state of the rules and the history; `POST /api/alerts/test` sends a test notification. */
export function addAlertingRoutes(app: Hono<GatewayEnv>, alerting: Alerting, { enabled }: { readonly enabled: boolean }): void {
  app.get('/api/alerts', (c) => {
    const states = alerting.states()
    return replyJson(c, {
      enabled,
      firing: states.filter(({ state }) => state === 'firing').length,
      rules: states.map(toRule),
      silences: alerting.silences().map(toSilence),
      history: alerting.history().map(toEntry),
    })
  })
  app.post('/api/alerts/test', async (c) => {
    const results = await runTest(alerting, await testedChannel(c))
    if (results.length === 0)
      throw new ProxyApiError({
        code: 'conflict',
        message: 'No channel is set up, so there is nothing to test. Set one under alerting.channels.',
      })
    return replyJson(c, { ok: results.every(({ ok }) => ok), results })
  })
  app.all('/api/alerts', refuseMethod('GET'))
  app.all('/api/alerts/test', refuseMethod('POST'))
}
