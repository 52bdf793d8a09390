import { type Deps, ProxyApiError } from '@proxyapi/core'
import { createRequestFeed, type Recorder, type RequestFeed } from '@proxyapi/logging/node'
import * as v from 'valibot'
import type { Capability, CapabilityDeps, Feature } from '../capability/capability.ts'
import type { Workers } from '../capability/workers.ts'
import { eventStreamHeaders, lastEventOf, tooManyListeners } from '../http/server-sent-events.ts'
import { notKeptRoute } from '../route-table/not-kept-route.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { createEventStream } from './event-stream.ts'
import { type OpenRequest, type OpenRequests, toOpenRequests } from './open-requests.ts'
import { listRoute, path, summaryRoute, what } from './recorded-routes.ts'
import { filterSchema, toRequestQuery } from './requests-query.ts'

function eventsRoute(feed: RequestFeed, deps: Pick<Deps, 'setTimer'>): Route {
  return defineRoute({
    method: 'GET',
    path: `${path}/events`,
    access: 'requests:read',
    summary: 'Follows requests as server-sent events, filtered.',
    query: filterSchema,
    produces: ['text/event-stream'],
    handle: (exchange, { query }) => {
      const options = { query: toRequestQuery(query), afterSequence: lastEventOf(exchange.header('last-event-id')) }
      const body = createEventStream(feed, options, deps)
      if (body === undefined) throw tooManyListeners('requests')
      return exchange.sendBody(eventStreamHeaders, body)
    },
  })
}

const openRequest = v.object({
  id: v.string(),
  key: v.nullable(v.object({ id: v.string(), name: v.string() })),
  provider: v.nullable(v.string()),
  model: v.nullable(v.string()),
  started_at: v.string(),
  attempt: v.number(),
  answered: v.boolean(),
})

const listQuestion = 'requests.open'
const endQuestion = 'requests.end'

function openAnswers({ list, end }: OpenRequests): NonNullable<Feature['answers']> {
  return { [listQuestion]: () => [...list()], [endQuestion]: (id) => typeof id === 'string' && end(id) }
}

async function endAnywhere(id: string, open: OpenRequests, workers: Workers | undefined): Promise<boolean> {
  if (open.end(id)) return true
  return (await workers?.ask<boolean>(endQuestion, id))?.includes(true) ?? false
}

function openRoutes(open: OpenRequests, workers: Workers | undefined): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: `${path}/open`,
      access: 'requests:read',
      summary: 'Lists the requests under way.',
      answer: v.object({ open: v.array(openRequest) }),
      handle: async () => ({ open: [...open.list(), ...((await workers?.ask<readonly OpenRequest[]>(listQuestion)) ?? []).flat()] }),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/open/{id}`,
      access: 'requests:cancel',
      summary: 'Ends a request under way: its client is answered with an error.',
      answer: v.object({ id: v.string(), ended: v.literal(true) }),
      handle: async ({ params: { id = '' } }) => {
        if (await endAnywhere(id, open, workers)) return { id, ended: true as const }
        throw new ProxyApiError({ code: 'not_found', message: 'There is no request of this id under way.' })
      },
    }),
  ]
}

/** Without a recorder the routes say so. */
function recordedRoutes(recorder: Recorder | undefined): readonly Route[] {
  if (recorder !== undefined) return [listRoute(recorder), summaryRoute(recorder)]
  return [path, `${path}/summary`].map((missing) => notKeptRoute({ path: missing, what, access: 'requests:read' }))
}

/** Lists what happened and what is under way, and follows it. */
export function createRequestsCapability(recorder: Recorder | undefined): Capability<RequestFeed> {
  return {
    name: 'requests',
    open: ({ mask, deps }: CapabilityDeps) => createRequestFeed({ mask }, deps),
    compile: (_config, feed, { deps, gateway, mask, workers }) => ({
      routes: [...recordedRoutes(recorder), eventsRoute(feed, deps), ...openRoutes(toOpenRequests(gateway, mask), workers)],
      onRequest: feed.add,
      onWorkerRequest: feed.add,
      answers: openAnswers(toOpenRequests(gateway, mask)),
    }),
  }
}
