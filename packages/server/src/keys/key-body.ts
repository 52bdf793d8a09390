import * as v from 'valibot'
import type { IssuedKey, IssuedKeyFields } from '../auth/issued-key.ts'
import type { Allowance, BudgetState } from '../auth/rules.ts'
import { budget, criticality, limits, metadata, names, routePattern, shortText, tags } from '../config/auth-schema.ts'
import { date } from '../config/duration.ts'
import { toBudgetRules, toLimitRules } from '../config/to-keys.ts'
import { checkBody } from '../http/check-body.ts'

const name = v.pipe(shortText, v.minLength(1))
const routes = v.pipe(v.array(routePattern), v.maxLength(1_000))

/** Whoever changes a budget may say only what changes. */
const budgetPart = v.partial(budget)

const sharedEntries = {
  models: v.optional(names),
  tags: v.optional(tags),
  metadata: v.optional(metadata),
  criticality: v.optional(criticality),
  role: v.optional(shortText),
}

export const newKeySchema = v.strictObject({
  name,
  owner: v.optional(v.nullable(shortText)),
  team: v.optional(v.nullable(shortText)),
  routes: v.optional(v.nullable(routes)),
  limits: v.optional(v.nullable(limits)),
  budget: v.optional(v.nullable(budget)),
  expires_at: v.optional(v.nullable(date)),
  ...sharedEntries,
})

/** What is absent stays; `null` takes away. */
export const changedKeySchema = v.strictObject({
  name: v.optional(name),
  owner: v.optional(v.nullable(shortText)),
  team: v.optional(v.nullable(shortText)),
  routes: v.optional(v.nullable(routes)),
  limits: v.optional(v.nullable(v.strictObject(nullableEntries(limits.entries)))),
  budget: v.optional(v.nullable(budgetPart)),
  expires_at: v.optional(v.nullable(date)),
  ...sharedEntries,
})

function nullableEntries<const Entries extends Readonly<Record<string, v.GenericSchema>>>(entries: Entries) {
  return Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, v.optional(v.nullable(entry))])) as {
    readonly [Key in keyof Entries]: v.OptionalSchema<v.NullableSchema<Entries[Key], undefined>, undefined>
  } // the same keys, each wrapped
}

const optionalNumber = v.optional(v.number())

export const wireKey = v.object({
  id: v.string(),
  prefix: v.nullable(v.string()),
  name: v.string(),
  owner: v.nullable(v.string()),
  team: v.nullable(v.string()),
  role: v.string(),
  models: v.array(v.string()),
  routes: v.nullable(v.array(v.string())),
  tags: v.array(v.string()),
  metadata: v.record(v.string(), v.string()),
  criticality: v.string(),
  limits: v.nullable(
    v.object({ requests_per_minute: optionalNumber, tokens_per_minute: optionalNumber, parallel_requests: optionalNumber }),
  ),
  budget: v.nullable(
    v.object({
      usd: v.number(),
      window: v.string(),
      hard: v.boolean(),
      alert_at: v.array(v.number()),
      time_zone: v.string(),
      /** Whole nano-dollars as text; `null` where nothing has been counted. */
      spent_nano_usd: v.nullable(v.string()),
      reserved_nano_usd: v.nullable(v.string()),
      resets_at: v.nullable(v.string()),
      projected_usd: v.nullable(v.number()),
    }),
  ),
  state: v.picklist(['active', 'blocked', 'expired']),
  source: v.picklist(['config', 'issued']),
  created_at: v.nullable(v.string()),
  created_by: v.nullable(v.string()),
  updated_at: v.nullable(v.string()),
  last_used_at: v.nullable(v.string()),
  expires_at: v.nullable(v.string()),
  /** Secrets from before a rotation that still serve. */
  previous: v.array(v.object({ prefix: v.string(), expires_at: v.string() })),
})

export const wireNewKey = v.object({ ...wireKey.entries, key: v.string() })

type WireKey = v.InferInput<typeof wireKey>
type NewKey = v.InferOutput<typeof newKeySchema>
type ChangedKey = v.InferOutput<typeof changedKeySchema>

const nanoPerUsd = 1e9

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}

function msOf(written: string | Date | null | undefined): number | undefined {
  return written === null || written === undefined ? undefined : new Date(written).getTime()
}

function toWireLimits(rules: Allowance['limits']): WireKey['limits'] {
  if (rules === undefined) return null
  const { requestsPerMinute, tokensPerMinute, parallelRequests } = rules
  return { requests_per_minute: requestsPerMinute, tokens_per_minute: tokensPerMinute, parallel_requests: parallelRequests }
}

function toWireBudget(rules: Allowance['budget'], state: BudgetState | undefined): WireKey['budget'] {
  if (rules === undefined) return null
  const { limitNanoUsd, window, hard, alertAt, timeZone } = rules
  return {
    usd: limitNanoUsd / nanoPerUsd,
    window,
    hard,
    alert_at: [...alertAt],
    time_zone: timeZone,
    spent_nano_usd: state === undefined ? null : String(state.spentNanoUsd),
    reserved_nano_usd: state === undefined ? null : String(state.reservedNanoUsd),
    resets_at: timeOf(state?.resetsAtMs),
    projected_usd: state?.projectedNanoUsd === undefined ? null : state.projectedNanoUsd / nanoPerUsd,
  }
}

/** A key as the routes show it, whether it was issued or is one of the configuration. */
export type ShownKey = Partial<IssuedKey> &
  Pick<IssuedKey, 'id' | 'name' | 'role' | 'models' | 'tags' | 'metadata' | 'criticality'> & { readonly source: 'config' | 'issued' }

export function toWireKey(key: ShownKey, nowMs: number, state?: BudgetState): WireKey {
  const { id, name, role, models, tags, metadata, criticality, source, routes, previous = [] } = key
  const isExpired = key.expiresAtMs !== undefined && nowMs >= key.expiresAtMs
  return {
    ...{ id, prefix: key.prefix ?? null, name, owner: key.owner ?? null, team: key.team ?? null, role, models: [...models] },
    ...{ routes: routes === undefined ? null : [...routes], tags: [...tags], metadata: { ...metadata }, criticality },
    limits: toWireLimits(key.limits),
    budget: toWireBudget(key.budget, state),
    state: isExpired ? 'expired' : key.isBlocked === true ? 'blocked' : 'active',
    source,
    created_at: timeOf(key.createdAtMs),
    created_by: key.createdBy ?? null,
    updated_at: timeOf(key.updatedAtMs),
    last_used_at: timeOf(key.lastUsedAtMs),
    expires_at: timeOf(key.expiresAtMs),
    previous: previous
      .filter(({ expiresAtMs }) => nowMs < expiresAtMs)
      .map((one) => ({ prefix: one.prefix, expires_at: new Date(one.expiresAtMs).toISOString() })),
  }
}

/** The fields of a new key, with defaults for what is not said. */
export function toFields(body: NewKey): IssuedKeyFields {
  const { name, owner, team, routes, role = 'user', models = ['*'], tags = [], metadata = {}, criticality = 'default' } = body
  return {
    ...{ name, owner: owner ?? undefined, team: team ?? undefined, role, models, routes: routes ?? undefined, tags, metadata, criticality },
    limits: toLimitRules(body.limits ?? undefined),
    budget: toBudgetRules(body.budget ?? undefined),
    expiresAtMs: msOf(body.expires_at),
  }
}

function changedLimits(present: Allowance['limits'], written: ChangedKey['limits']): Allowance['limits'] {
  if (written === undefined) return present
  if (written === null) return undefined
  const before = toWireLimits(present) ?? {}
  const merged = Object.entries({ ...before, ...written }).filter(([, value]) => value !== null && value !== undefined)
  return toLimitRules(Object.fromEntries(merged))
}

/** @throws InvalidRequestError when a budget begins without an amount */
function changedBudget(present: Allowance['budget'], written: ChangedKey['budget']): Allowance['budget'] {
  if (written === undefined) return present
  if (written === null) return undefined
  const before = present && {
    usd: present.limitNanoUsd / nanoPerUsd,
    ...{ window: present.window, hard: present.hard, alert_at: [...present.alertAt], time_zone: present.timeZone },
  }
  return toBudgetRules(checkBody(v.strictObject({ budget }), { budget: { ...before, ...written } }).budget)
}

const cleared = <T>(present: T | undefined, written: T | null | undefined): T | undefined =>
  written === undefined ? present : (written ?? undefined)

/** What a change makes of a key's fields. */
export function toChangedFields(present: IssuedKeyFields, body: ChangedKey): IssuedKeyFields {
  return {
    name: body.name ?? present.name,
    owner: cleared(present.owner, body.owner),
    team: cleared(present.team, body.team),
    role: body.role ?? present.role,
    models: body.models ?? present.models,
    routes: cleared(present.routes, body.routes),
    tags: body.tags ?? present.tags,
    metadata: body.metadata ?? present.metadata,
    criticality: body.criticality ?? present.criticality,
    limits: changedLimits(present.limits, body.limits),
    budget: changedBudget(present.budget, body.budget),
    expiresAtMs: body.expires_at === undefined ? present.expiresAtMs : msOf(body.expires_at),
  }
}
