import type { CompletedRequest } from '@proxyapi/logging'
import type { AuditLog, AuditRecord } from '@proxyapi/logging/node'
import type { Context } from 'hono'
import * as v from 'valibot'
import type { Capability } from '../capability/capability.ts'
import { moment, parseQuery, text, whole } from '../http/parse-query.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import { fromStore, notKept } from '../http/store-answer.ts'
import { droppedReading } from '../http/store-gauge.ts'
import type { GatewayEnv } from '../request/bindings.ts'
import { toAdminEvent, toAuthFailure } from './audited-events.ts'

export interface AuditSources {
  readonly now: () => number
  /** What is told of the configuration that was loaded. No secrets. */
  readonly configuration: Readonly<Record<string, unknown>>
}

const what = 'audit log'
/** A flood of wrong keys must not drown the chain: so many are told a minute, the rest is counted. */
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

function toBody(record: AuditRecord): object {
  const { sequence, timeMs, actorId, actorName, details, previousHash, hash, ...rest } = record
  return {
    ...{ sequence, time: new Date(timeMs).toISOString(), actor: actorId === null ? null : { id: actorId, name: actorName }, ...rest },
    ...{ details: details === null ? null : (JSON.parse(details) as unknown), previous_hash: previousHash, hash },
  }
}

async function sendRecords(c: Context<GatewayEnv>, audit: AuditLog): Promise<Response> {
  const { from, to, before, ...filter } = parseQuery(querySchema, c.req.queries())
  const page = await fromStore(what, audit.query({ ...filter, fromMs: from, toMs: to, beforeSequence: before }))
  return replyJson(c, { records: page.records.map(toBody), total: page.total })
}

async function sendVerdict(c: Context<GatewayEnv>, audit: AuditLog): Promise<Response> {
  const { ok, entries, head, firstBroken, problem } = await fromStore(what, audit.verify())
  return replyJson(c, { ok, entries, head, first_broken: firstBroken, ...(problem !== undefined && { problem }) })
}

function createAddRoutes(audit: AuditLog | undefined): NonNullable<Capability['addRoutes']> {
  const kept = (): AuditLog => {
    if (audit === undefined) throw notKept(what)
    return audit
  }
  return (app) => {
    app.get('/api/audit', (c) => sendRecords(c, kept()))
    app.all('/api/audit', refuseMethod('GET'))
    app.get('/api/audit/verify', (c) => sendVerdict(c, kept()))
    app.all('/api/audit/verify', refuseMethod('GET'))
  }
}

/** Tells refused keys, but only so many a minute. */
function createAuthFailures(audit: AuditLog, now: () => number): (request: CompletedRequest) => void {
  let minute = 0
  let told = 0
  let suppressed = 0
  return (request) => {
    const current = Math.floor(now() / 60_000)
    if (current !== minute) {
      minute = current
      told = 0
    }
    if (told === maxAuthFailuresPerMinute) {
      suppressed++
      return
    }
    audit.append(toAuthFailure(request, suppressed))
    told++
    suppressed = 0
  }
}

/** Keeps who did what when: admin actions, refused keys, configurations. Without a log its routes say so. */
export function createAuditCapability(audit: AuditLog | undefined, { now, configuration }: AuditSources): Capability {
  const addRoutes = createAddRoutes(audit)
  if (audit === undefined) return { addRoutes }
  const onAuthFailure = createAuthFailures(audit, now)
  return {
    addRoutes,
    onRequest: (request) => {
      if (request.authFailure !== undefined) return onAuthFailure(request)
      const event = toAdminEvent(request)
      if (event !== undefined) audit.append(event)
    },
    readGauges: () => [droppedReading('audit', audit)],
    held: async (user) => ({ audit: await audit.trace(user) }),
    erase: async (user) => ({ audit: (await audit.erase(user)).records }),
    start: () => audit.append({ action: 'config.loaded', outcome: 'success', details: configuration }),
    close: audit.close,
  }
}
