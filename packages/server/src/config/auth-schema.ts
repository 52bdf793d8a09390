import * as v from 'valibot'
import { budgetWindows } from '../auth/rules.ts'
import { flag, integer, number, secret, text } from './fields.ts'

/** No longer than a name that a page can show. */
const maxName = 128
const maxListed = 1_000

export const shortText = v.pipe(text, v.maxLength(maxName))
export const names = v.pipe(v.array(v.pipe(text, v.maxLength(256))), v.maxLength(maxListed))

/** More than any provider answers, and small enough to be counted exactly. */
const maxLimit = 1_000_000_000_000

export const limits = v.strictObject({
  requests_per_minute: v.optional(integer(1, maxLimit)),
  tokens_per_minute: v.optional(integer(1, maxLimit)),
  parallel_requests: v.optional(integer(1, maxLimit)),
})

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const share = number(0, 1)

/** The most that nano-dollars in a whole number hold. */
const maxUsd = 9_000_000

export const budget = v.strictObject({
  usd: number(0, maxUsd),
  window: v.optional(v.picklist(budgetWindows), 'month'),
  hard: v.optional(flag, true),
  alert_at: v.optional(
    v.union([
      v.pipe(v.array(share), v.maxLength(10)),
      v.pipe(
        share,
        v.transform((one) => [one]),
      ),
    ]),
    [0.8],
  ),
  time_zone: v.optional(v.pipe(text, v.check(isTimeZone, 'a time zone such as Europe/Berlin')), 'UTC'),
})

/** `/v1/models`, `/v1/*`. */
export const routePattern = v.pipe(
  text,
  v.maxLength(256),
  v.regex(/^\/(?:[^*?#/]+\/)*(?:[^*?#/]*|\*)$/, 'a path such as /v1/models or /v1/*'),
)

const maxTags = 16
const maxTag = 64

export const tags = v.pipe(v.array(v.pipe(text, v.minLength(1), v.maxLength(maxTag))), v.maxLength(maxTags))

export const metadata = v.pipe(
  v.record(v.pipe(text, v.maxLength(64)), v.pipe(text, v.maxLength(512))),
  v.check((record) => Object.keys(record).length <= 32, 'at most 32 members'),
)

export const criticality = v.picklist(['critical', 'default', 'sheddable'])

const key = v.strictObject({
  name: text,
  key: v.optional(secret),
  key_sha256: v.optional(v.pipe(secret, v.regex(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits'))),
  role: v.optional(text, 'user'),
  models: v.optional(names, ['*']),
  routes: v.optional(v.pipe(v.array(routePattern), v.maxLength(maxListed))),
  team: v.optional(shortText),
  owner: v.optional(shortText),
  tags: v.optional(tags, []),
  metadata: v.optional(metadata, {}),
  limits: v.optional(limits),
  budget: v.optional(budget),
  criticality: v.optional(criticality, 'default'),
  expires: v.optional(v.union([v.string(), v.date()])),
})

const team = v.strictObject({ name: v.pipe(shortText, v.minLength(1)), limits: v.optional(limits), budget: v.optional(budget) })

/** Who may ask, and how much. */
export const authSchema = v.optional(
  v.strictObject({
    api_keys: v.optional(v.array(v.union([secret, key])), []),
    teams: v.optional(v.array(team), []),
    /** For each end user by itself. */
    users: v.optional(v.strictObject({ limits: v.optional(limits), budget: v.optional(budget) }), {}),
    /** Names of one's own for sets of permissions. */
    roles: v.optional(v.record(v.pipe(text, v.maxLength(64)), v.pipe(v.array(text), v.maxLength(100))), {}),
    /** What a request costs under a budget whose model has no price: nothing, refusal, or USD for a million tokens. */
    unknown_price: v.optional(v.union([v.picklist(['allow', 'refuse']), number(0, 1_000_000)]), 'allow'),
  }),
  {},
)
