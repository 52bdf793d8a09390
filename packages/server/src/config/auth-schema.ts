import * as v from 'valibot'
import { budgetWindows } from '../auth/rules.ts'
import { flag, httpUrl, integer, number, secret, text } from './fields.ts'

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

/** Signatures that a public key verifies: with a shared secret, or none at all, anybody could sign (RFC 8725 section 3.1). */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const

const claim = v.pipe(text, v.maxLength(128))

/** Tokens of an identity provider: OpenID Connect, or anything else that signs JWTs. */
const jwt = v.strictObject({
  /** Empty: no tokens are taken. */
  issuer: v.optional(text, ''),
  audience: v.optional(v.union([text, v.pipe(v.array(text), v.maxLength(20))]), ''),
  jwks_url: v.optional(v.union([v.literal(''), httpUrl]), ''),
  algorithms: v.optional(v.pipe(v.array(v.picklist(algorithms)), v.minLength(1)), ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']),
  /** Claims by their names; `a.b` is `b` within `a`. */
  role_claim: v.optional(claim, 'roles'),
  team_claim: v.optional(claim, 'team'),
  organisation_claim: v.optional(claim, 'organisation'),
  /** What logs call the caller; empty: a pseudonym. */
  name_claim: v.optional(claim, ''),
  /** What values of the role claim mean here. Empty: a value is the name of a role. */
  roles: v.optional(v.record(claim, text), {}),
  /** Of tokens without a role that is known; absent: they may do nothing. */
  default_role: v.optional(text),
  models: v.optional(names, ['*']),
  routes: v.optional(v.pipe(v.array(routePattern), v.maxLength(maxListed))),
  /** For each subject. */
  limits: v.optional(limits),
  budget: v.optional(budget),
  clock_tolerance_seconds: v.optional(number(0, 300), 30),
  /** How long keys are used before they are asked for anew. */
  jwks_cache_seconds: v.optional(number(1, 86_400), 600),
  /** How long keys are used while the issuer can't be reached. */
  jwks_offline_seconds: v.optional(number(0, 2_592_000), 86_400),
})

/** Who may ask, and how much. */
export const authSchema = v.optional(
  v.strictObject({
    api_keys: v.optional(v.array(v.union([secret, key])), []),
    teams: v.optional(v.array(team), []),
    /** For each end user by itself. */
    users: v.optional(v.strictObject({ limits: v.optional(limits), budget: v.optional(budget) }), {}),
    jwt: v.optional(jwt, {}),
    /** Names of one's own for sets of permissions. */
    roles: v.optional(v.record(v.pipe(text, v.maxLength(64)), v.pipe(v.array(text), v.maxLength(100))), {}),
    /** What a request costs under a budget whose model has no price: nothing, refusal, or USD for a million tokens. */
    unknown_price: v.optional(v.union([v.picklist(['allow', 'refuse']), number(0, 1_000_000)]), 'allow'),
  }),
  {},
)
