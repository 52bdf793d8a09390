import type { CompletedRequest } from '@proxyapi/logging'
import type { AuditLog, AuditRecord } from '@proxyapi/logging/node'
import * as v from 'valibot'
import type { Capability, Feature } from '../capability/capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { moment, text, whole } from '../http/parse-query.ts'
import { fromStore } from '../http/store-answer.ts'
import { droppedReading } from '../http/store-gauge.ts'
import { notKeptRoute } from '../route-table/not-kept-route.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { toAdminEvent, toAuthFailure } from './audited-events.ts'

interface AuditSources {
  readonly now: () => number
  /** What is recorded of the configuration that was loaded. No secrets. */
  readonly configuration: Readonly<Record<string, unknown>>
}

const what = 'audit log'
/** A flood of wrong keys must not drown the chain: so many are recorded a minute, the rest is counted. */
const maxAuthFailuresPerMinute = 60

const querySchema = v.strictObject({
  action: v.optional(text(200)),
  actor: v.optional(text(200)),
  outcome: v.optional(v.picklist(['success', 'failure', 'denied'], 'success, failure, denied')),
  subject: v.optional(text(200)),
  from: v.optional(moment()),
  to: v.optional(moment()),
  before: v.optional(whole(1, 999_999_999)),
  limit: v.optional(whole(1, 1_000)),
  offset: v.optional(whole(0, 999_999_999)),
})

const wireRecord = v.looseObject({
  sequence: v.number(),
  time: v.string(),
  actor: v.nullable(v.object({ id: v.string(), name: v.nullable(v.string()) })),
  action: v.string(),
  outcome: v.string(),
  details: v.unknown(),
  previous_hash: v.string(),
  hash: v.string(),
})

function toBody(record: AuditRecord): v.InferInput<typeof wireRecord> {
  const { sequence, timeMs, actorId, actorName, details, previousHash, hash, ...rest } = record
  return {
    ...{ sequence, time: new Date(timeMs).toISOString(), actor: actorId === null ? null : { id: actorId, name: actorName }, ...rest },
    ...{ details: details === null ? null : (JSON.parse(details) as unknown), previous_hash: previousHash, hash },
  }
}

function recordsRoute(audit: AuditLog): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/audit',
    access: 'audit:read',
    summary: 'Lists audit records, newest first, filtered.',
    query: querySchema,
    answer: v.object({ records: v.array(wireRecord), total: v.number() }),
    handle: async (_exchange, { query: { from, to, before, ...filter } }) => {
      const page = await fromStore(what, audit.query({ ...filter, fromMs: from, toMs: to, beforeSequence: before }))
      return { records: page.records.map(toBody), total: page.total }
    },
  })
}

function verifyRoute(audit: AuditLog): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/audit/verify',
    access: 'audit:read',
    summary: 'Verifies the hash chain of the audit log.',
    answer: v.object({
      ok: v.boolean(),
      entries: v.number(),
      head: v.nullable(v.string()),
      first_broken: v.nullable(v.number()),
      problem: v.optional(v.string()),
    }),
    handle: async () => {
      const { ok, entries, head, firstBroken, problem } = await fromStore(what, audit.verify())
      return { ok, entries, head, first_broken: firstBroken, ...(problem !== undefined && { problem }) }
    },
  })
}

/** Without a log the routes say so. */
function auditRoutes(audit: AuditLog | undefined): readonly Route[] {
  if (audit !== undefined) return [recordsRoute(audit), verifyRoute(audit)]
  return ['/api/audit', '/api/audit/verify'].map((path) => notKeptRoute({ path, what, access: 'audit:read' }))
}

/** Records refused keys, but only so many a minute. */
function createAuthFailures(audit: AuditLog, now: () => number): (request: CompletedRequest) => void {
  let minute = 0
  let logged = 0
  let suppressed = 0
  return (request) => {
    const current = Math.floor(now() / 60_000)
    if (current !== minute) {
      minute = current
      logged = 0
    }
    if (logged === maxAuthFailuresPerMinute) {
      suppressed++
      return
    }
    audit.append(toAuthFailure(request, suppressed))
    logged++
    suppressed = 0
  }
}

function auditFeature(audit: AuditLog | undefined, { now, configuration }: AuditSources): Feature {
  const routes = auditRoutes(audit)
  if (audit === undefined) return { routes }
  const onAuthFailure = createAuthFailures(audit, now)
  return {
    routes,
    onRequest: (request) => {
      if (request.authFailure !== undefined) return onAuthFailure(request)
      const event = toAdminEvent(request)
      if (event !== undefined) audit.append(event)
    },
    readGauges: () => [droppedReading('audit', audit)],
    exportUserData: async (user) => ({ audit: await audit.trace(user) }),
    eraseUserData: async (user) => ({ audit: (await audit.erase(user)).records }),
    start: () => audit.append({ action: 'config.loaded', outcome: 'success', details: configuration }),
    close: audit.close,
  }
}

/** What the audit log says about a configuration: names and numbers, no secrets. */
function summaryOf({ providers, models, auth }: GatewayConfig): Readonly<Record<string, unknown>> {
  return { providers: providers.map(({ name }) => name), virtual_models: models.length, keys: auth.api_keys.length }
}

/** Keeps who did what when: admin actions, refused keys, configurations. */
export function createAuditCapability(audit: AuditLog | undefined): Capability<AuditLog | undefined> {
  return {
    name: 'audit',
    open: () => audit,
    compile: (config, log, { deps }) => auditFeature(log, { now: deps.now, configuration: summaryOf(config) }),
  }
}
