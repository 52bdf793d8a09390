import type { RequestQuery } from '@proxyapi/logging/node'
import * as v from 'valibot'
import { moment, text, whole } from '../http/parse-query.ts'

const decimal = v.pipe(v.string(), v.regex(/^\d{1,9}(\.\d{1,9})?$/, 'a number such as 0.25'), v.transform(Number))

const filters = {
  from: v.optional(moment()),
  to: v.optional(moment()),
  key: v.optional(text(128)),
  requested_model: v.optional(text(256)),
  model: v.optional(text(256)),
  provider: v.optional(text(128)),
  endpoint: v.optional(text(128)),
  outcome: v.optional(v.picklist(['complete', 'error', 'canceled'], 'complete, error, canceled')),
  status: v.optional(whole(100, 599)),
  error_code: v.optional(text(128)),
  cache: v.optional(v.picklist(['hit', 'miss', 'bypass', 'stale', 'coalesced'], 'hit, miss, bypass, stale, coalesced')),
  user: v.optional(text(256)),
  tag: v.optional(text(200)),
  min_ms: v.optional(whole(0, 999_999_999)),
  min_first_content_ms: v.optional(whole(0, 999_999_999)),
  min_usd: v.optional(decimal),
  min_attempts: v.optional(whole(0, 1_000)),
  id: v.optional(text(64)),
}

/** The filters of requests, as a query names them. */
export const filterSchema = v.strictObject(filters)
/** Filters, cursor and format of a list. */
export const pageSchema = v.strictObject({
  ...filters,
  before: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, '`next` of the page before'), v.transform(Number))),
  limit: v.optional(whole(1, 200)),
  format: v.optional(v.picklist(['json', 'csv'], 'json, csv')),
})

/** What the filters of a query ask the recorder for. Pure. */
export function toRequestQuery(given: v.InferOutput<typeof filterSchema>): RequestQuery {
  const { from, to, requested_model, error_code, min_ms, min_first_content_ms, min_usd, min_attempts, ...same } = given
  return {
    ...{ ...same, fromMs: from, toMs: to, requestedModel: requested_model, errorCode: error_code, minMs: min_ms, minUsd: min_usd },
    ...{ minFirstContentMs: min_first_content_ms, minAttempts: min_attempts },
  }
}
