import { InvalidRequestError, isProxyApiError, ProxyApiError } from '@proxyapi/core'
import type { AlertHistoryEntry, Alerting, AlertState, Silence } from '@proxyapi/logging'
import * as v from 'valibot'
import { toIso } from '../http/to-iso.ts'
import { defineRoute, type Route } from '../route-table/route.ts'

const moment = v.nullable(v.string())
const rule = v.object({
  name: v.string(),
  severity: v.string(),
  condition: v.string(),
  channels: v.array(v.string()),
  state: v.string(),
  since: moment,
  silenced_until: moment,
  values: v.unknown(),
  evaluated_at: moment,
  error: v.optional(v.string()),
})
const historyEntry = v.object({
  id: v.string(),
  alert_id: v.string(),
  rule: v.string(),
  severity: v.string(),
  status: v.string(),
  at: moment,
  started_at: moment,
  values: v.unknown(),
  deliveries: v.record(v.string(), v.object({ status: v.string(), attempts: v.number(), at: moment, error: v.optional(v.string()) })),
})
const silence = v.object({
  id: v.string(),
  rule: v.nullable(v.string()),
  severity: v.nullable(v.string()),
  until: moment,
  reason: v.nullable(v.string()),
})
const overview = v.object({
  enabled: v.boolean(),
  firing: v.number(),
  rules: v.array(rule),
  silences: v.array(silence),
  history: v.array(historyEntry),
})

function toRule(state: AlertState): v.InferInput<typeof rule> {
  const { rule: name, severity, condition, channels, values, error } = state
  return {
    name,
    severity,
    condition,
    channels: [...channels],
    state: state.state,
    since: toIso(state.sinceMs),
    silenced_until: toIso(state.silencedUntilMs),
    values,
    evaluated_at: toIso(state.evaluatedAtMs),
    ...(error !== undefined && { error }),
  }
}

function toEntry(entry: AlertHistoryEntry): v.InferInput<typeof historyEntry> {
  const { id, alertId, severity, status, atMs, startedAtMs, values, deliveries } = entry
  const sent = Object.entries(deliveries).map(([channel, delivery]) => {
    const { status: outcome, attempts, error } = delivery
    return [channel, { status: outcome, attempts, at: toIso(delivery.atMs), ...(error !== undefined && { error }) }] as const
  })
  return {
    id,
    alert_id: alertId,
    rule: entry.rule,
    severity,
    status,
    at: toIso(atMs),
    started_at: toIso(startedAtMs),
    values,
    deliveries: Object.fromEntries(sent),
  }
}

function toSilence({ id, rule: name, severity, untilMs, reason }: Silence): v.InferInput<typeof silence> {
  return { id, rule: name ?? null, severity: severity ?? null, until: toIso(untilMs), reason: reason ?? null }
}

const testSchema = v.strictObject({ channel: v.optional(v.pipe(v.string(), v.maxLength(64))) })

async function runTest(alerting: Alerting, channel: string | undefined): ReturnType<Alerting['test']> {
  try {
    return await alerting.test(channel)
  } catch (error) {
    if (isProxyApiError(error) && error.code === 'invalid_request') throw new InvalidRequestError(`channel: ${error.message}.`, 'channel')
    throw error
  }
}

function testRoute(alerting: Alerting): Route {
  return defineRoute({
    method: 'POST',
    path: '/api/alerts/test',
    access: 'alerts:write',
    summary: 'Sends a test notification to one channel, or to all.',
    body: { schema: testSchema, isOptional: true },
    answer: v.object({ ok: v.boolean(), results: v.array(v.looseObject({ ok: v.boolean() })) }),
    handle: async (_exchange, { body }) => {
      const results = await runTest(alerting, body?.channel)
      if (results.length === 0)
        throw new ProxyApiError({
          code: 'conflict',
          message: 'No channel is set up, so there is nothing to test. Set one under alerting.channels.',
        })
      return { ok: results.every(({ ok }) => ok), results: results.map((result) => ({ ...result })) }
    },
  })
}

/** How the rules stand and what has happened; and a test of the channels. */
export function alertingRoutes(alerting: Alerting, { enabled }: { readonly enabled: boolean }): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/alerts',
      access: 'alerts:read',
      summary: 'States of the alert rules, silences and history.',
      answer: overview,
      handle: () => {
        const states = alerting.states()
        return {
          enabled,
          firing: states.filter(({ state }) => state === 'firing').length,
          rules: states.map(toRule),
          silences: alerting.silences().map(toSilence),
          history: alerting.history().map(toEntry),
        }
      },
    }),
    testRoute(alerting),
  ]
}
