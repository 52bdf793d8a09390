import { analyticsGroups, type Recorder, toAnalyticsBody, toAnalyticsCsv } from '@proxyapi/logging/node'
import * as v from 'valibot'
import type { Capability } from '../capability/capability.ts'
import { moment, text, whole } from '../http/parse-query.ts'
import { fromStore } from '../http/store-answer.ts'
import { notKeptRoute } from '../route-table/not-kept-route.ts'
import { defineRoute, type Route } from '../route-table/route.ts'

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

const path = '/api/analytics'
const access = 'usage:read'

/** JSON, or CSV where `format` or `Accept` says so. */
function analyticsRoute(recorder: Recorder): Route {
  return defineRoute({
    method: 'GET',
    path,
    access,
    summary: 'Usage, cost, savings and latency, grouped.',
    query: querySchema,
    answer: v.object({
      group_by: v.picklist(analyticsGroups),
      from: v.nullable(v.number()),
      to: v.nullable(v.number()),
      groups: v.array(v.looseObject({})),
    }),
    produces: ['text/csv'],
    handle: async (exchange, { query: { group_by: groupBy, from, to, format, ...filter } }) => {
      const rows = await fromStore(what, recorder.analytics({ groupBy, fromMs: from, toMs: to, ...filter }))
      const wantsCsv = format === 'csv' || (format === undefined && (exchange.header('accept') ?? '').startsWith('text/csv'))
      if (wantsCsv) return exchange.send(200, { 'content-type': 'text/csv; charset=utf-8' }, toAnalyticsCsv(rows))
      return { group_by: groupBy, from: from ?? null, to: to ?? null, groups: toAnalyticsBody(rows).map((group) => ({ ...group })) }
    },
  })
}

/** Answers with sums of what calls used and cost. Without a ledger its route says so. */
export function createUsageCapability(recorder: Recorder | undefined): Capability {
  const route = recorder === undefined ? notKeptRoute({ path, what, access }) : analyticsRoute(recorder)
  return { name: 'usage', open: () => undefined, compile: () => ({ routes: [route] }) }
}
