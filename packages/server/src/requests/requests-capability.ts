import { type Deps, ProxyApiError } from '@proxyapi/core'
import { createRequestFeed, type Recorder, type RequestPage, toRequestsCsv } from '@proxyapi/logging/node'
import type { Context } from 'hono'
import type { Capability } from '../gateway/capability.ts'
import type { GatewayEnv } from '../http/bindings.ts'
import type { Mask } from '../http/client-error.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { reply } from '../http/reply.ts'
import { replyJson } from '../http/reply-json.ts'
import { fromStore, notKept } from '../http/store-answer.ts'
import { createEventStream } from './event-stream.ts'
import type { OpenRequests } from './open-requests.ts'
import { parseFilters, parsePage } from './requests-query.ts'

const what = 'requests'

export interface RequestsOptions {
  readonly deps: Deps
  readonly mask: Mask
  readonly openRequests: OpenRequests
}

function toBody({ requests, next, searchedToMs, complete }: RequestPage): object {
  const searchedTo = searchedToMs === null ? null : new Date(searchedToMs).toISOString()
  return { requests, next: next === null ? null : String(next), searched_to: searchedTo, complete }
}

async function sendPage(c: Context<GatewayEnv>, recorder: Recorder): Promise<Response> {
  const { query, format } = parsePage(c.req.queries())
  const page = await fromStore(what, recorder.requests(query))
  if (format !== 'csv') return replyJson(c, toBody(page))
  return reply(c, { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, body: toRequestsCsv(page.requests) })
}

/** The number of the last event that the client has; `undefined` where it names none. */
function lastEventOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}

function tooManyListeners(): ProxyApiError {
  const message = 'Too many clients follow the requests already; allowed: 10.'
  return new ProxyApiError({ code: 'rate_limit_exceeded', message, retryable: true, retryAfterMs: 15_000 })
}

/** Lists what happened and what is under way, and follows it. Without a recorder the list says so. */
export function createRequestsCapability(recorder: Recorder | undefined, { deps, mask, openRequests }: RequestsOptions): Capability {
  const feed = createRequestFeed({ mask }, deps)
  const kept = (): Recorder => {
    if (recorder === undefined) throw notKept(what)
    return recorder
  }
  const sendEvents = (c: Context<GatewayEnv>): Response => {
    const options = { query: parseFilters(c.req.queries()), afterSequence: lastEventOf(c.req.header('last-event-id')) }
    const body = createEventStream(feed, options, deps)
    if (body === undefined) throw tooManyListeners()
    return reply(c, { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }, body })
  }
  const endOne = (c: Context<GatewayEnv>): Response => {
    const id = c.req.param('id') ?? ''
    if (openRequests.end(id)) return replyJson(c, { id, ended: true })
    throw new ProxyApiError({ code: 'not_found', message: 'There is no request of this id under way.' })
  }
  return {
    onRequest: feed.add,
    addRoutes: (app) => {
      app.get('/api/requests', (c) => sendPage(c, kept()))
      app.all('/api/requests', refuseMethod('GET'))
      app.get('/api/requests/summary', async (c) => replyJson(c, await fromStore(what, kept().summary(parseFilters(c.req.queries())))))
      app.all('/api/requests/summary', refuseMethod('GET'))
      app.get('/api/requests/events', sendEvents)
      app.all('/api/requests/events', refuseMethod('GET'))
      app.get('/api/requests/open', (c) => replyJson(c, { open: openRequests.list() }))
      app.all('/api/requests/open', refuseMethod('GET'))
      app.delete('/api/requests/open/:id', endOne)
      app.all('/api/requests/open/:id', refuseMethod('DELETE'))
    },
  }
}
