import type { CompletedRequest } from '@proxyapi/logging'
import type { AuditEvent, AuditRecord, Recorder } from '@proxyapi/logging/node'
import type { Context } from 'hono'
import * as v from 'valibot'
import type { Capability } from '../gateway/capability.ts'
import type { GatewayEnv } from '../http/bindings.ts'
import { moment, parseQuery, text, whole } from '../http/parse-query.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import { fromStore, notKept } from '../http/store-answer.ts'
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

async function sendRecords(c: Context<GatewayEnv>, recorder: Recorder): Promise<Response> {
  const { from, to, before, ...filter } = parseQuery(querySchema, c.req.queries())
  const page = await fromStore(what, recorder.auditRecords({ ...filter, fromMs: from, toMs: to, beforeSequence: before }))
  return replyJson(c, { records: page.records.map(toBody), total: page.total })
}

async function sendVerdict(c: Context<GatewayEnv>, recorder: Recorder): Promise<Response> {
  const { ok, entries, head, firstBroken, problem } = await fromStore(what, recorder.verifyAudit())
  return replyJson(c, { ok, entries, head, first_broken: firstBroken, ...(problem !== undefined && { problem }) })
}

function createAddRoutes(recorder: Recorder | undefined): NonNullable<Capability['addRoutes']> {
  const kept = (): Recorder => {
    if (recorder?.hasAudit !== true) throw notKept(what)
    return recorder
  }
  return (app) => {
    app.get('/api/audit', (c) => sendRecords(c, kept()))
    app.all('/api/audit', refuseMethod('GET'))
    app.get('/api/audit/verify', (c) => sendVerdict(c, kept()))
    app.all('/api/audit/verify', refuseMethod('GET'))
  }
}

type Append = (event: AuditEvent) => void

/** Records refused keys, but only so many a minute. */
function createAuthFailures(append: Append, now: () => number): (request: CompletedRequest) => void {
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
    append(toAuthFailure(request, suppressed))
    told++
    suppressed = 0
  }
}

/** Keeps who did what when: admin actions, refused keys, configurations. Without a log its routes say so. */
export function createAuditCapability(recorder: Recorder | undefined, { now, configuration }: AuditSources): Capability {
  const addRoutes = createAddRoutes(recorder)
  if (recorder?.hasAudit !== true) return { addRoutes }
  // The recorder counts what it could not write.
  const append: Append = (event) => void recorder.audit(event).catch(() => undefined)
  const onAuthFailure = createAuthFailures(append, now)
  return {
    addRoutes,
    onRequest: (request) => {
      if (request.authFailure !== undefined) return onAuthFailure(request)
      const event = toAdminEvent(request)
      if (event !== undefined) append(event)
    },
    readGauges: () => [{ name: 'records_dropped_total', labels: { sink: 'audit' }, value: recorder.figures().dropped.audit }],
    start: () => append({ action: 'config.loaded', outcome: 'success', details: configuration }),
  }
}
