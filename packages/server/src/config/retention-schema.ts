import * as v from 'valibot'
import { integer, number, text } from './fields.ts'

/** How long each store of the data folder keeps what it holds, and how much. The caches go by their own `ttl`. */
export const retentionSchema = v.optional(
  v.strictObject({
    /** Single requests with their receipts. */
    requests: v.optional(
      v.strictObject({
        days: v.optional(number(0.01, 36_500), 90),
        max: v.optional(integer(1), 1_000_000),
        max_size_mb: v.optional(number(1), 1_024),
      }),
      {},
    ),
    /** Sums by hour, which name nobody. */
    usage: v.optional(v.strictObject({ days: v.optional(number(0.01, 36_500), 800), max: v.optional(integer(1), 1_000_000) }), {}),
    /** Records of the audit chain, and the keys that tell whose pseudonym is whose. `archive` is a folder for what is cut off; empty deletes it. */
    audit: v.optional(
      v.strictObject({
        days: v.optional(number(0.01, 36_500), 400),
        max: v.optional(integer(1), 1_000_000),
        max_subjects: v.optional(integer(1), 100_000),
        archive: v.optional(text, ''),
      }),
      {},
    ),
  }),
  {},
)
