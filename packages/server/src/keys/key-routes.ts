import { InvalidRequestError, isProxyApiError, ProxyApiError } from '@proxyapi/core'
import * as v from 'valibot'
import type { IssuedKey, IssuedKeyFields } from '../auth/issued-key.ts'
import type { KeyStore } from '../auth/key-store.ts'
import type { Principal } from '../auth/principal.ts'
import type { ReadBudget } from '../auth/rules.ts'
import type { Exchange } from '../http/exchange.ts'
import { text, whole } from '../http/parse-query.ts'
import { type OnceRecorded, onceRecorded } from '../route-table/once-recorded.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { excessOf } from './grants.ts'
import { changedKeySchema, newKeySchema, type ShownKey, toChangedFields, toFields, toWireKey, wireKey, wireNewKey } from './key-body.ts'
import { fromCursor, toCursor } from './key-cursor.ts'
import { drawKey } from './key-secret.ts'
import type { Roles } from './to-principal.ts'

const path = '/api/keys'
const onePath = `${path}/{id}`
/** A secret is in no cache: RFC 9111 section 5.2.2.5. */
const headers = { 'cache-control': 'no-store' }
/** Four weeks: longer than any rotation takes, and an end all the same. */
const maxGraceMinutes = 40_320
const msPerMinute = 60_000
const defaultPage = 50
const maxPage = 200

export interface KeyRoutesDeps {
  readonly store: KeyStore
  /** The keys of the configuration, which can be seen here and changed there. */
  readonly configured: readonly ShownKey[]
  readonly roles: Roles
  readonly teams: readonly string[]
  /** The gateway's secret, under which keys are kept. */
  readonly secret: string
  readonly now: () => number
  readonly newId: () => string
  readonly readBudget: ReadBudget
  readonly lastUse: (id: string) => number | undefined
  /** Called when keys have changed here. */
  readonly onChange: (ids: readonly string[]) => void
}

type WireKey = v.InferInput<typeof wireKey>
type WireNewKey = v.InferInput<typeof wireNewKey>

const listQuery = v.strictObject({
  limit: v.optional(whole(1, maxPage)),
  after: v.optional(text(200)),
  team: v.optional(text(128)),
  owner: v.optional(text(128)),
})
const rotation = v.strictObject({ grace_minutes: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(maxGraceMinutes)), 0) })

async function stored<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (isProxyApiError(error)) throw error
    const message = "The store of issued keys can't be read or written at the moment."
    throw new ProxyApiError({ code: 'storage_unavailable', message, retryable: true, cause: error })
  }
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 60))
}

function assertSensible(fields: IssuedKeyFields, { roles, teams, now }: KeyRoutesDeps): void {
  const { role, team, expiresAtMs } = fields
  if (!roles.has(role)) throw new InvalidRequestError(`role is ${shown(role)}; allowed: ${[...roles.keys()].join(', ')}.`, 'role')
  if (team !== undefined && !teams.includes(team)) {
    const allowed = teams.length === 0 ? 'none, since auth.teams of the configuration has none' : teams.join(', ').slice(0, 300)
    throw new InvalidRequestError(`team is ${shown(team)}; allowed: ${allowed}.`, 'team')
  }
  if (expiresAtMs !== undefined && expiresAtMs <= now())
    throw new InvalidRequestError('expires_at has passed; allowed: a time to come.', 'expires_at')
}

const wireNames: Readonly<Partial<Record<keyof IssuedKeyFields, string>>> = { expiresAtMs: 'expires_at' }

/** Nobody gives away, or takes up, more than they have. @throws ProxyApiError `forbidden` */
function assertGrantable(issuer: Principal | undefined, fields: IssuedKeyFields, roles: Roles): void {
  const excess = excessOf(issuer, fields, roles)
  if (excess === undefined) return
  const name = wireNames[excess] ?? excess
  throw new ProxyApiError({ code: 'forbidden', message: `This key may not give more than it has: ${name}.`, param: name })
}

/** @throws ProxyApiError `forbidden` when a key would change itself */
function assertNotOwn(issuer: Principal | undefined, id: string): void {
  if (issuer?.id !== id) return
  throw new ProxyApiError({ code: 'forbidden', message: 'A key may not change itself: ask with another one.' })
}

function idOf({ params: { id = '' } }: Exchange): string {
  return id
}

function assertIssued(id: string, { configured }: KeyRoutesDeps): void {
  if (!configured.some((key) => key.id === id)) return
  throw new ProxyApiError({ code: 'conflict', message: 'This key is one of the configuration: change it there, at auth.api_keys.' })
}

function found<T>(key: T | undefined): T {
  if (key !== undefined) return key
  throw new ProxyApiError({ code: 'not_found', message: 'There is no key of this id.' })
}

async function toWire(key: ShownKey, { readBudget, now, lastUse }: KeyRoutesDeps): Promise<WireKey> {
  const { id, budget } = key
  const state = budget === undefined ? undefined : await readBudget({ kind: 'key', id, budget })
  const lastUsedAtMs = Math.max(key.lastUsedAtMs ?? 0, lastUse(id) ?? 0)
  return toWireKey({ ...key, lastUsedAtMs: lastUsedAtMs === 0 ? undefined : lastUsedAtMs }, now(), state)
}

const issued = (key: IssuedKey): ShownKey => ({ ...key, source: 'issued' })

/** A secret is shown once: nothing is issued that the audit log does not know, and that nobody would have. */
function create(exchange: Exchange, body: v.InferOutput<typeof newKeySchema>, deps: KeyRoutesDeps): OnceRecorded<WireNewKey> {
  const { store, roles, secret, now, newId, onChange } = deps
  const { principal } = exchange
  const given = toFields(body)
  // Without a word about it a key ends with the one that issued it.
  const fields = body.expires_at === undefined ? { ...given, expiresAtMs: principal?.expiresAtMs } : given
  assertSensible(fields, deps)
  assertGrantable(principal, fields, roles)
  const { key, kept } = drawKey(secret)
  const nowMs = now()
  const times = { createdAtMs: nowMs, updatedAtMs: nowMs, createdBy: principal?.name, previous: [] }
  const made: IssuedKey = { ...fields, id: newId(), prefix: kept.prefix, isBlocked: false, ...times }
  exchange.auditObject = `key ${made.id}`
  return onceRecorded(async () => {
    await stored(store.create(made, kept))
    onChange([made.id])
    return { ...(await toWire(issued(made), deps)), key }
  })
}

/** Changes a key that the issuer could have given as it is: else a key of little right could take one of much. */
async function change(exchange: Exchange, deps: KeyRoutesDeps, to: (present: IssuedKey) => IssuedKey): Promise<IssuedKey> {
  const { store, roles, onChange } = deps
  const { principal } = exchange
  const id = idOf(exchange)
  exchange.auditObject = `key ${id}`
  assertIssued(id, deps)
  assertNotOwn(principal, id)
  const changed = await stored(
    store.update(id, (present) => {
      assertGrantable(principal, present, roles)
      return to(present)
    }),
  )
  onChange([id])
  return found(changed)
}

async function patch(exchange: Exchange, body: v.InferOutput<typeof changedKeySchema>, deps: KeyRoutesDeps): Promise<WireKey> {
  const changed = await change(exchange, deps, (present) => {
    const fields = toChangedFields(present, body)
    assertSensible(body.expires_at === undefined ? { ...fields, expiresAtMs: undefined } : fields, deps)
    assertGrantable(exchange.principal, fields, deps.roles)
    return { ...present, ...fields, updatedAtMs: deps.now() }
  })
  return toWire(issued(changed), deps)
}

async function block(exchange: Exchange, deps: KeyRoutesDeps, isBlocked: boolean): Promise<WireKey> {
  const changed = await change(exchange, deps, (present) => ({ ...present, isBlocked, updatedAtMs: deps.now() }))
  return toWire(issued(changed), deps)
}

/** Looks whether the issuer could have given a key as it is. */
async function presentKey(exchange: Exchange, deps: KeyRoutesDeps): Promise<IssuedKey> {
  const id = idOf(exchange)
  exchange.auditObject = `key ${id}`
  assertIssued(id, deps)
  const present = found(await stored(deps.store.get(id)))
  assertGrantable(exchange.principal, present, deps.roles)
  return present
}

/** A key may rotate itself, too: it gets no more by it. */
async function rotate(exchange: Exchange, graceMinutes: number, deps: KeyRoutesDeps): Promise<OnceRecorded<WireNewKey>> {
  const { store, secret, now, onChange } = deps
  const { id } = await presentKey(exchange, deps)
  const { key, kept } = drawKey(secret)
  return onceRecorded(async () => {
    const nowMs = now()
    const rotated = await stored(store.rotate(id, kept, { nowMs, graceUntilMs: nowMs + Math.round(graceMinutes * msPerMinute) }))
    onChange([id])
    return { ...(await toWire(issued(found(rotated)), deps)), key }
  })
}

async function remove(exchange: Exchange, deps: KeyRoutesDeps): Promise<{ id: string; deleted: boolean }> {
  const { id } = await presentKey(exchange, deps)
  assertNotOwn(exchange.principal, id)
  const deleted = await stored(deps.store.remove(id))
  deps.onChange([id])
  if (!deleted) found(undefined)
  return { id, deleted }
}

async function list(query: v.InferOutput<typeof listQuery>, deps: KeyRoutesDeps): Promise<{ keys: WireKey[]; next: string | null }> {
  const { limit = defaultPage, after, team, owner } = query
  const page = await stored(deps.store.list({ limit: limit + 1, after: fromCursor(after), team, owner }))
  const keys = page.slice(0, limit)
  const last = keys.at(-1)
  // Those of the configuration are few, and stand on the first page.
  const own =
    after === undefined ? deps.configured.filter((key) => (team ?? key.team) === key.team && (owner ?? key.owner) === key.owner) : []
  return {
    keys: await Promise.all([...own, ...keys.map(issued)].map((key) => toWire(key, deps))),
    next: page.length > limit && last !== undefined ? toCursor(last) : null,
  }
}

function readRoutes(deps: KeyRoutesDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      access: 'keys:read',
      summary: 'Lists keys: those of the configuration, then the issued ones, newest first.',
      query: listQuery,
      answer: v.object({ keys: v.array(wireKey), next: v.nullable(v.string()) }),
      handle: (_exchange, { query }) => list(query, deps),
    }),
    defineRoute({
      method: 'GET',
      path: onePath,
      access: 'keys:read',
      summary: 'Tells one key.',
      answer: wireKey,
      handle: async (exchange) => {
        const id = idOf(exchange)
        const own = deps.configured.find((key) => key.id === id)
        return toWire(own ?? issued(found(await stored(deps.store.get(id)))), deps)
      },
    }),
  ]
}

function changeRoutes(deps: KeyRoutesDeps): readonly Route[] {
  return [
    defineRoute({
      ...{ method: 'POST', path, access: 'keys:write', audit: 'key.create', headers },
      summary: 'Issues a key. The answer has its secret, which is shown this once.',
      body: { schema: newKeySchema },
      answer: wireNewKey,
      handle: (exchange, { body }) => create(exchange, body, deps),
    }),
    defineRoute({
      ...{ method: 'PATCH', path: onePath, access: 'keys:write', audit: 'key.update' },
      summary: 'Changes an issued key: what is absent stays, null takes away.',
      body: { schema: changedKeySchema },
      answer: wireKey,
      handle: (exchange, { body }) => patch(exchange, body, deps),
    }),
    defineRoute({
      ...{ method: 'DELETE', path: onePath, access: 'keys:write', audit: 'key.delete' },
      summary: 'Revokes an issued key for good.',
      answer: v.object({ id: v.string(), deleted: v.boolean() }),
      handle: (exchange) => remove(exchange, deps),
    }),
    defineRoute({
      ...{ method: 'POST', path: `${onePath}/rotate`, access: 'keys:write', audit: 'key.rotate', headers },
      summary: 'Gives a key a new secret, shown this once; the old one serves for grace_minutes more (default 0).',
      body: { schema: rotation, isOptional: true },
      answer: wireNewKey,
      handle: (exchange, { body }) => rotate(exchange, body?.grace_minutes ?? 0, deps),
    }),
    defineRoute({
      ...{ method: 'POST', path: `${onePath}/block`, access: 'keys:write', audit: 'key.block' },
      summary: 'Holds an issued key back until it is unblocked.',
      answer: wireKey,
      handle: (exchange) => block(exchange, deps, true),
    }),
    defineRoute({
      ...{ method: 'POST', path: `${onePath}/unblock`, access: 'keys:write', audit: 'key.unblock' },
      summary: 'Lets a blocked key in again.',
      answer: wireKey,
      handle: (exchange) => block(exchange, deps, false),
    }),
  ]
}

/** Issued keys over HTTP. */
export function keyRoutes(deps: KeyRoutesDeps): readonly Route[] {
  return [...readRoutes(deps), ...changeRoutes(deps)]
}
