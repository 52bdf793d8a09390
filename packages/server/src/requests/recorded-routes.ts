import { type Recorder, type RequestPage, toRequestsCsv } from '@proxyapi/logging/node'
import * as v from 'valibot'
import { fromStore } from '../http/store-answer.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { filterSchema, pageSchema, toRequestQuery } from './requests-query.ts'

export const what = 'requests'
export const path = '/api/requests'

const row = v.object({
  id: v.string(),
  at: v.string(),
  key: v.nullable(v.object({ id: v.string(), name: v.string() })),
  endpoint: v.string(),
  requested_model: v.nullable(v.string()),
  provider: v.nullable(v.string()),
  model: v.nullable(v.string()),
  outcome: v.string(),
  status: v.number(),
  error_code: v.nullable(v.string()),
  stream: v.boolean(),
  attempts: v.number(),
  cache: v.nullable(v.string()),
  latency_ms: v.number(),
  first_content_ms: v.nullable(v.number()),
  input_tokens: v.number(),
  output_tokens: v.number(),
  cost_usd: v.nullable(v.number()),
  cost_nano_usd: v.nullable(v.string()),
  wasted_nano_usd: v.string(),
  saved_nano_usd: v.string(),
  tags: v.array(v.string()),
})
const page = v.object({
  requests: v.array(row),
  next: v.nullable(v.string()),
  searched_to: v.nullable(v.string()),
  complete: v.boolean(),
})
const facet = v.array(v.object({ value: v.nullable(v.string()), requests: v.number() }))
const summary = v.object({
  total: v.number(),
  by_outcome: v.record(v.string(), v.number()),
  buckets: v.array(v.object({ at: v.string(), requests: v.number(), failed: v.number() })),
  facets: v.object({ provider: facet, model: facet, key: facet, outcome: facet }),
  approximate: v.boolean(),
})

function toBody({ requests, next, searchedToMs, complete }: RequestPage): v.InferInput<typeof page> {
  return {
    requests: requests.map((request) => ({ ...request, tags: [...request.tags] })),
    next: next === null ? null : String(next),
    searched_to: searchedToMs === null ? null : new Date(searchedToMs).toISOString(),
    complete,
  }
}

export function listRoute(recorder: Recorder): Route {
  return defineRoute({
    method: 'GET',
    path,
    access: 'requests:read',
    summary: 'Lists requests, newest first, filtered.',
    query: pageSchema,
    answer: page,
    produces: ['text/csv'],
    handle: async (exchange, { query: { before, limit, format, ...given } }) => {
      const found = await fromStore(what, recorder.requests({ ...toRequestQuery(given), before, limit }))
      if (format !== 'csv') return toBody(found)
      return exchange.send(200, { 'content-type': 'text/csv; charset=utf-8' }, toRequestsCsv(found.requests))
    },
  })
}

export function summaryRoute(recorder: Recorder): Route {
  return defineRoute({
    method: 'GET',
    path: `${path}/summary`,
    access: 'requests:read',
    summary: 'Sums requests up: outcomes, hours and the commonest values, filtered.',
    query: filterSchema,
    answer: summary,
    handle: async (_exchange, { query }) => {
      const { by_outcome, buckets, facets, ...sums } = await fromStore(what, recorder.summary(toRequestQuery(query)))
      const { provider, model, key, outcome } = facets
      return {
        ...sums,
        by_outcome: { ...by_outcome },
        buckets: [...buckets],
        facets: { provider: [...provider], model: [...model], key: [...key], outcome: [...outcome] },
      }
    },
  })
}
