import * as v from 'valibot'
import { limits } from './auth-schema.ts'
import { integer, number, rate, text } from './fields.ts'

/** Of everybody who has a key, or an address where there are no keys: requests in a window, and by path. */
export const rateLimitSchema = v.optional(
  v.strictObject({
    requests_per_window: v.optional(integer(1, 1_000_000_000), 1000),
    window_seconds: v.optional(number(0.001, 31_536_000), 60),
    /** How many of a window's requests may come at once; `undefined` is all of them. */
    burst_limit: v.optional(integer(1)),
    routes: v.optional(v.record(text, rate), {}),
  }),
)

/** Limits of what is asked, beside those of who asks, and how limits behave. */
export const limitsSchema = v.optional(
  v.strictObject({
    /** For each address that requests come from; of IPv6 for each network of 64 bits. */
    addresses: v.optional(limits),
    /** By `provider/model`. */
    models: v.optional(v.record(text, limits), {}),
    /** By the name of a provider. */
    providers: v.optional(v.record(text, limits), {}),
    /** Whether what is over a limit is refused, or waits for its turn. */
    pacing: v.optional(v.picklist(['refuse', 'queue']), 'refuse'),
    max_wait_seconds: v.optional(number(0.001, 3_600), 30),
    max_queue: v.optional(integer(0, 100_000), 200),
    /** Whether what providers report of their own limits (`x-ratelimit-*`, `anthropic-ratelimit-*`) is kept to. */
    follow_reported: v.optional(v.boolean(), true),
    /** What holds while a Redis that instances share can't be reached. */
    store_failure: v.optional(v.picklist(['local_share', 'fail_open', 'fail_closed']), 'local_share'),
    /** How many instances share a limit while each counts by itself. */
    instances: v.optional(integer(1, 10_000), 1),
  }),
  {},
)
