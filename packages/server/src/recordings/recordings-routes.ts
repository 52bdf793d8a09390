import { ProxyApiError } from '@proxyapi/core'
import * as v from 'valibot'
import { whole } from '../http/parse-query.ts'
import { toIso } from '../http/to-iso.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import type { Recording } from './recording.ts'
import type { Recordings } from './recordings.ts'

const access = { read: 'recordings:read', write: 'recordings:write' } as const
const maxMinutes = 60
const maxRequests = 10_000

/** The body of `POST /api/recordings`. */
const planSchema = v.strictObject({
  key: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  minutes: v.optional(v.pipe(v.number(), v.minValue(0.01), v.maxValue(maxMinutes)), 10),
  reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500)),
  max_requests: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxRequests)), 1_000),
})

const recordingSchema = v.object({
  id: v.string(),
  key: v.string(),
  reason: v.string(),
  status: v.picklist(['running', 'ended']),
  end: v.nullable(v.string()),
  minutes: v.number(),
  max_requests: v.number(),
  max_bytes: v.number(),
  started_at: v.string(),
  ends_at: v.string(),
  ended_at: v.nullable(v.string()),
  requests: v.number(),
  bytes: v.number(),
})

type Wire = v.InferInput<typeof recordingSchema>

function toWire(recording: Recording): Wire {
  const { id, key, reason, end, minutes, startedAtMs, endsAtMs, endedAtMs, requests, bytes } = recording
  return {
    ...{ id, key, reason, status: end === undefined ? 'running' : 'ended', end: end ?? null },
    ...{ minutes, max_requests: recording.maxRequests, max_bytes: recording.maxBytes },
    started_at: new Date(startedAtMs).toISOString(),
    ends_at: new Date(endsAtMs).toISOString(),
    ended_at: toIso(endedAtMs),
    ...{ requests, bytes },
  }
}

function required<T>(found: T | undefined, id: string): T {
  if (found !== undefined) return found
  const message = `There is no recording "${id.slice(0, 64)}" here; GET /api/recordings lists those that are kept.`
  throw new ProxyApiError({ code: 'not_found', message })
}

function lifeRoutes(recordings: Recordings, maxBytes: number): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/recordings',
      access: access.write,
      audit: 'recording.start',
      summary: 'Records requests with their bodies, masked, for up to an hour: those of one key, or all.',
      body: { schema: planSchema },
      answer: recordingSchema,
      handle: async (exchange, { body: { key, minutes, reason, max_requests: most } }) => {
        exchange.auditObject = `key ${key}: ${reason}`
        return toWire(await recordings.start({ key, minutes, reason, maxRequests: most, maxBytes }))
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/recordings/{id}/stop',
      access: access.write,
      audit: 'recording.stop',
      summary: 'Ends a recording and keeps what it holds.',
      answer: recordingSchema,
      handle: async ({ params: { id = '' } }) => toWire(required(await recordings.stop(id), id)),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/recordings/{id}',
      access: access.write,
      audit: 'recording.delete',
      summary: 'Ends a recording and removes what it holds.',
      answer: recordingSchema,
      handle: async ({ params: { id = '' } }) => toWire(required(await recordings.remove(id), id)),
    }),
  ]
}

/** What holds bodies is for who may also make them be recorded: a role that may read everything does not read prompts. */
function bodyRoutes(recordings: Recordings): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/recordings/{id}/lines',
      access: access.write,
      audit: 'recording.read',
      summary: 'What a recording holds, line by line, from a position on.',
      query: v.strictObject({ from: v.optional(whole(0, 999_999_999), '0') }),
      answer: v.object({ recording: recordingSchema, lines: v.array(v.string()), next: v.number() }),
      handle: async ({ params: { id = '' } }, { query }) => {
        // The state first: what has ended when its lines are read to the end is whole.
        const recording = toWire(required(await recordings.find(id), id))
        const { lines, next } = required(await recordings.read(id, query.from), id)
        return { recording, lines: [...lines], next }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/receipts/{id}/bodies',
      access: access.write,
      audit: 'recording.read',
      summary: 'The bodies of a request and its answer, where a recording has them.',
      answer: v.looseObject({ id: v.string(), request: v.unknown(), response: v.unknown() }),
      handle: async ({ params: { id = '' } }) => {
        const found = await recordings.findRequest(id)
        if (found === undefined)
          throw new ProxyApiError({ code: 'not_found', message: 'No recording holds the bodies of a request of this id.' })
        return { id, request: found.request, response: found.response }
      },
    }),
  ]
}

/** Recordings over HTTP. */
export function recordingsRoutes(recordings: Recordings, maxBytes: number): readonly Route[] {
  return [
    ...lifeRoutes(recordings, maxBytes),
    defineRoute({
      method: 'GET',
      path: '/api/recordings',
      access: access.read,
      summary: 'Recordings that run or are kept, newest first.',
      answer: v.object({ recordings: v.array(recordingSchema) }),
      handle: async () => ({ recordings: (await recordings.list()).map(toWire) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/recordings/{id}',
      access: access.read,
      summary: 'A recording as it stands.',
      answer: recordingSchema,
      handle: async ({ params: { id = '' } }) => toWire(required(await recordings.find(id), id)),
    }),
    ...bodyRoutes(recordings),
  ]
}
