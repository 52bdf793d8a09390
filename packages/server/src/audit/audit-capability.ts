import type { CompletedRequest } from '@proxyapi/logging'
import type { AuditEvent, AuditRecord, Recorder } from '@proxyapi/logging/node'
import * as v from 'valibot'
import type { Capability, Feature } from '../capability/capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { moment, text, whole } from '../http/parse-query.ts'
import { fromStore } from '../http/store-answer.ts'
import { notKeptRoute } from '../route-table/not-kept-route.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { toAdminEvent, toAuthFailure } from './audited-events.ts'

interface AuditSources {
  readonly now: () => number
  /** What is recorded of the configuration that was loaded. No secrets. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** True the first time: of later configurations their change is recorded, when they are loaded. */
  readonly onFirst: () => boolean
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

function recordsRoute(recorder: Recorder): Route {
  return defineRoute({
    method: 'GET',
    path: '/api/audit',
    access: 'audit:read',
    summary: 'Lists audit records, newest first, filtered.',
    query: querySchema,
    answer: v.object({ records: v.array(wireRecord), total: v.number() }),
    handle: async (_exchange, { query: { from, to, before, ...filter } }) => {
      const page = await fromStore(what, recorder.auditRecords({ ...filter, fromMs: from, toMs: to, beforeSequence: before }))
      return { records: page.records.map(toBody), total: page.total }
    },
  })
}

function verifyRoute(recorder: Recorder): Route {
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
      const { ok, entries, head, firstBroken, problem } = await fromStore(what, recorder.verifyAudit())
      return { ok, entries, head, first_broken: firstBroken, ...(problem !== undefined && { problem }) }
    },
  })
}

/** Without a log the routes say so. */
function auditRoutes(recorder: Recorder | undefined): readonly Route[] {
  if (recorder?.hasAudit === true) return [recordsRoute(recorder), verifyRoute(recorder)]
  return ['/api/audit', '/api/audit/verify'].map((path) => notKeptRoute({ path, what, access: 'audit:read' }))
}

type Append = (event: AuditEvent) => void

/** Records refused keys, but only so many a minute. */
function createAuthFailures(append: Append, now: () => number): (request: CompletedRequest) => void {
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
    append(toAuthFailure(request, suppressed))
    logged++
    suppressed = 0
  }
}

function auditFeature(recorder: Recorder | undefined, { now, configuration, onFirst }: AuditSources): Feature {
  const routes = auditRoutes(recorder)
  if (recorder?.hasAudit !== true) return { routes }
  // The recorder counts what it could not write.
  const append: Append = (event) => void recorder.audit(event).catch(() => undefined)
  const onAuthFailure = createAuthFailures(append, now)
  return {
    routes,
    recordAction: async (request) => {
      const event = toAdminEvent(request)
      if (event !== undefined) await recorder.audit(event)
    },
    onRequest: (request) => {
      if (request.authFailure !== undefined) return onAuthFailure(request)
      const event = toAdminEvent(request)
      if (event !== undefined) append(event)
    },
    onWorkerRequest: (request) => {
      if (request.authFailure !== undefined) onAuthFailure(request)
    },
    readGauges: () => [{ name: 'records_dropped_total', labels: { sink: 'audit' }, value: recorder.figures().dropped.audit }],
    start: () => {
      if (!onFirst()) return
      append({ action: 'config.loaded', outcome: 'success', details: configuration })
    },
  }
}

/** What the audit log says about a configuration: names and numbers, no secrets. */
function summaryOf({ providers, models, auth }: GatewayConfig): Readonly<Record<string, unknown>> {
  return { providers: providers.map(({ name }) => name), virtual_models: models.length, keys: auth.api_keys.length }
}

/** Keeps who did what when: admin actions, refused keys, configurations. Without an audit log its routes say so. */
export function createAuditCapability(recorder: Recorder | undefined): Capability<() => boolean> {
  return {
    name: 'audit',
    open: () => {
      let isFirst = true
      return () => {
        const was = isFirst
        isFirst = false
        return was
      }
    },
    compile: (config, onFirst, { deps }) => auditFeature(recorder, { now: deps.now, configuration: summaryOf(config), onFirst }),
  }
}
