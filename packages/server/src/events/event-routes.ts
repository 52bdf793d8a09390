import type { Deps } from '@proxyapi/core'
import { type EventQuery, gatewayEventKinds, matchesEventQuery, type NumberedEvent } from '@proxyapi/logging/node'
import * as v from 'valibot'
import { moment, text, whole } from '../http/parse-query.ts'
import {
  createEventBody,
  eventComment,
  eventStreamHeaders,
  lastEventOf,
  tooManyListeners,
  type WriteEvent,
} from '../http/server-sent-events.ts'
import { fromStore } from '../http/store-answer.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import type { EventLog } from './event-log.ts'

const path = '/api/events'
const what = 'events'
/** Events that a reader is sent again when it comes back. */
const maxResumed = 1_000

const effect = v.object({ rerouted: v.number(), failed: v.number(), extra_nano_usd: v.string(), to: v.array(v.string()) })
const wireEvent = v.object({
  sequence: v.number(),
  at: v.string(),
  kind: v.picklist(gatewayEventKinds),
  target: v.string(),
  from: v.nullable(v.string()),
  to: v.nullable(v.string()),
  cause: v.nullable(v.string()),
  effect: v.nullable(effect),
})

const which = {
  kind: v.optional(v.picklist(gatewayEventKinds, gatewayEventKinds.join(', '))),
  target: v.optional(text(256)),
}
const listQuery = v.strictObject({
  ...which,
  from: v.optional(moment()),
  to: v.optional(moment()),
  before: v.optional(v.pipe(v.string(), v.regex(/^\d{1,16}$/, '`next` of the page before'), v.transform(Number))),
  limit: v.optional(whole(1, 1_000)),
})

function toWire({ sequence, atMs, kind, target, from, to, cause, effect: counted }: NumberedEvent): v.InferInput<typeof wireEvent> {
  return {
    ...{ sequence, at: new Date(atMs).toISOString(), kind, target, from: from ?? null, to: to ?? null, cause: cause ?? null },
    effect:
      counted === undefined
        ? null
        : {
            rerouted: counted.rerouted,
            failed: counted.failed,
            extra_nano_usd: String(Math.round(counted.extraNanoUsd)),
            to: [...counted.to],
          },
  }
}

function listRoute(log: EventLog): Route {
  return defineRoute({
    method: 'GET',
    path,
    access: 'events:read',
    summary:
      'Lists what has changed in the gateway, newest first: circuits, rests, shedding, providers, models, configuration, alerts and more.',
    query: listQuery,
    answer: v.object({ events: v.array(wireEvent), next: v.nullable(v.number()) }),
    handle: async (_exchange, { query: { from, to, ...query } }) => {
      const page = await fromStore(what, log.read({ ...query, fromMs: from, toMs: to }))
      return { events: page.events.map(toWire), next: page.next }
    },
  })
}

/** Writes events in the order of their numbers, each once, however they come. */
function createOrderedWriter(write: WriteEvent, query: EventQuery, after: number): (event: NumberedEvent) => void {
  let last = after
  return (event) => {
    if (event.sequence <= last) return
    last = event.sequence
    if (matchesEventQuery(query, event)) write(`id: ${event.sequence}\nevent: ${event.kind}\ndata: ${JSON.stringify(toWire(event))}\n\n`)
  }
}

/** Follows a log; what a reader missed is read first, while what happens meanwhile waits. */
function follow(log: EventLog, query: EventQuery, after: number | undefined) {
  const meanwhile: NumberedEvent[] = []
  let send = (event: NumberedEvent): void => void meanwhile.push(event)
  const stop = log.listen((event) => send(event))
  if (stop === undefined) throw tooManyListeners(what)
  const missed = async (): Promise<readonly NumberedEvent[]> => {
    if (after === undefined) return []
    const { events } = await fromStore(what, log.read({ ...query, after, limit: maxResumed }))
    return [...events].reverse()
  }
  return {
    stop,
    missed,
    /** Writes what was missed, then what came meanwhile, then what comes. */
    writeTo: (write: WriteEvent, events: readonly NumberedEvent[]): (() => void) => {
      send = createOrderedWriter(write, query, after ?? -1)
      for (const event of [...events, ...meanwhile.splice(0)]) send(event)
      return stop
    },
  }
}

function streamRoute(log: EventLog, deps: Pick<Deps, 'setTimer'>): Route {
  return defineRoute({
    method: 'GET',
    path: `${path}/stream`,
    access: 'events:read',
    summary: 'Follows the events as server-sent events; Last-Event-ID resumes up to 1,000 of them, over restarts too.',
    query: v.strictObject(which),
    produces: ['text/event-stream'],
    handle: async (exchange, { query }) => {
      const following = follow(log, query, lastEventOf(exchange.header('last-event-id')))
      try {
        const missed = await following.missed()
        const body = createEventBody(({ write }) => {
          write(eventComment)
          return following.writeTo(write, missed)
        }, deps)
        if (body === undefined) throw tooManyListeners(what)
        return await exchange.sendBody(eventStreamHeaders, body)
      } catch (error) {
        following.stop()
        throw error
      }
    },
  })
}

/** What has changed in the gateway, as a list and as it happens. */
export function eventRoutes(log: EventLog, deps: Pick<Deps, 'setTimer'>): readonly Route[] {
  return [listRoute(log), streamRoute(log, deps)]
}
