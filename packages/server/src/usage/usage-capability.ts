import { analyticsGroups, type Recorder, toAnalyticsBody, toAnalyticsCsv } from '@proxyapi/logging/node'
import type { Context } from 'hono'
import * as v from 'valibot'
import type { Capability } from '../gateway/capability.ts'
import type { GatewayEnv } from '../http/bindings.ts'
import { moment, parseQuery, text, whole } from '../http/parse-query.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { reply } from '../http/reply.ts'
import { replyJson } from '../http/reply-json.ts'
import { fromStore, notKept } from '../http/store-answer.ts'

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
function analyticsRoute(recorder: Recorder): (c: Context<GatewayEnv>) => Promise<Response> {
  return async (c) => {
    const { group_by: groupBy, from, to, format, ...filter } = parseQuery(querySchema, c.req.queries())
    const rows = await fromStore(what, recorder.analytics({ groupBy, fromMs: from, toMs: to, ...filter }))
    const wantsCsv = format === 'csv' || (format === undefined && (c.req.header('accept') ?? '').startsWith('text/csv'))
    if (wantsCsv) return reply(c, { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, body: toAnalyticsCsv(rows) })
    return replyJson(c, { group_by: groupBy, from: from ?? null, to: to ?? null, groups: toAnalyticsBody(rows) })
  }
}

/** Answers what calls used and cost. Without a ledger its route says so. */
export function createUsageCapability(recorder: Recorder | undefined): Capability {
  const path = '/api/analytics'
  const addRoute = (route: (c: Context<GatewayEnv>) => Promise<Response> | never): Pick<Capability, 'addRoutes'> => ({
    addRoutes: (app) => {
      app.get(path, route)
      app.all(path, refuseMethod('GET'))
    },
  })
  if (recorder === undefined) {
    return addRoute(() => {
      throw notKept(what)
    })
  }
  return addRoute(analyticsRoute(recorder))
}
