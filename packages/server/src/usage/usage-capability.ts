import { analyticsGroups, toAnalyticsBody, toAnalyticsCsv, type UsageLedger } from '@proxyapi/logging/node'
import type { Context } from 'hono'
import * as v from 'valibot'
import type { Capability } from '../capability/capability.ts'
import { moment, parseQuery, text, whole } from '../http/parse-query.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { reply } from '../http/reply.ts'
import { replyJson } from '../http/reply-json.ts'
import { fromStore, notKept } from '../http/store-answer.ts'
import { droppedReading } from '../http/store-gauge.ts'
import type { GatewayEnv } from '../request/bindings.ts'

const what = 'usage ledger'

const querySchema = v.strictObject({
  group_by: v.optional(v.picklist(analyticsGroups, analyticsGroups.join(', ')), 'model'),
  from: v.optional(moment()),
  to: v.optional(moment()),
  provider: v.optional(text(128)),
  model: v.optional(text(256)),
  key: v.optional(text(128)),
  user: v.optional(text(256)),
  limit: v.optional(whole(1, 10_000)),
  format: v.optional(v.picklist(['json', 'csv'], 'json, csv')),
})

/** `GET /api/analytics`: JSON, or CSV where `format` or `Accept` says so. */
function analyticsRoute(usage: UsageLedger): (c: Context<GatewayEnv>) => Promise<Response> {
  return async (c) => {
    const { group_by: groupBy, from, to, format, ...filter } = parseQuery(querySchema, c.req.queries())
    const rows = await fromStore(what, usage.analytics({ groupBy, fromMs: from, toMs: to, ...filter }))
    const wantsCsv = format === 'csv' || (format === undefined && (c.req.header('accept') ?? '').startsWith('text/csv'))
    if (wantsCsv) return reply(c, { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, body: toAnalyticsCsv(rows) })
    return replyJson(c, { group_by: groupBy, from: from ?? null, to: to ?? null, groups: toAnalyticsBody(rows) })
  }
}

/** Records what every call used and cost, and tells sums of it. Without a ledger its route says so. */
export function createUsageCapability(usage: UsageLedger | undefined): Capability {
  const path = '/api/analytics'
  const addRoute = (route: (c: Context<GatewayEnv>) => Promise<Response> | never): Pick<Capability, 'addRoutes'> => ({
    addRoutes: (app) => {
      app.get(path, route)
      app.all(path, refuseMethod('GET'))
    },
  })
  if (usage === undefined) {
    return addRoute(() => {
      throw notKept(what)
    })
  }
  return {
    ...addRoute(analyticsRoute(usage)),
    onReceipt: usage.record,
    readGauges: () => [droppedReading('usage', usage)],
    held: async (user) => {
      const { pseudonym, requests, entries } = await usage.user(user)
      return { usage: { pseudonym, requests, entries } }
    },
    erase: async (user) => ({ usage: await usage.erase(user) }),
    close: usage.close,
  }
}
