import { InvalidRequestError } from '@proxyapi/core'
import * as v from 'valibot'
import type { ConfigurationControl, ReloadResult } from '../capability/configuration-control.ts'
import { configJsonSchema } from '../config/config-json-schema.ts'
import { ConfigRefusal } from '../errors/config-refusal.ts'
import type { Exchange } from '../http/exchange.ts'
import { defineRoute, type Route } from '../route-table/route.ts'

/** Of a configuration file, and some more: its text travels inside JSON. */
const maxBytes = 2 * 1024 * 1024

const change = v.object({ path: v.string(), from: v.unknown(), to: v.unknown(), takes: v.picklist(['live', 'restart']) })
const issue = v.object({ line: v.nullable(v.number()), column: v.nullable(v.number()), path: v.string(), message: v.string() })
const reloaded = v.object({ revision: v.string(), changes: v.array(change), takes_restart: v.array(v.string()) })
const body = { schema: v.strictObject({ text: v.string() }), maxBytes }

function toBody(result: ReloadResult): v.InferInput<typeof reloaded> {
  if (!result.ok) throw new ConfigRefusal(result.issues)
  const { revision, changes, takesRestart } = result
  return { revision, changes: [...changes], takes_restart: [...takesRestart] }
}

/** The revision that a change is made to, as `If-Match` names it, in quotes or not. @throws InvalidRequestError when it is missing */
function expectedRevision(exchange: Exchange): string {
  const given = exchange
    .header('if-match')
    ?.trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1')
  if (given !== undefined && given !== '') return given
  throw new InvalidRequestError('If-Match is missing; allowed: the revision that GET /api/config gave.', 'if-match')
}

type Asked = () => ConfigurationControl

function readingRoutes(control: Asked): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/config',
      access: 'config:read',
      summary: 'The configuration at work, secrets hidden, with where each value comes from.',
      answer: v.object({
        revision: v.string(),
        path: v.nullable(v.string()),
        writable: v.boolean(),
        text: v.nullable(v.string()),
        effective: v.looseObject({}),
        origins: v.record(v.string(), v.looseObject({ source: v.string() })),
        takes_restart: v.array(v.string()),
      }),
      handle: () => {
        const { revision, path, isWritable, text, effective, origins, takesRestart } = control().report()
        const file = { path: path ?? null, writable: isWritable, text: text ?? null }
        return { revision, ...file, effective: { ...effective }, origins: { ...origins }, takes_restart: [...takesRestart] }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/config/schema',
      access: 'config:read',
      summary: 'The JSON Schema of the configuration file, for editors.',
      answer: v.looseObject({}),
      handle: () => ({ ...configJsonSchema() }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/config/check',
      access: 'config:write',
      audit: 'config.check',
      summary: 'Says what is wrong with a configuration, or what it would change; changes nothing.',
      body,
      answer: v.object({ ok: v.boolean(), issues: v.array(issue), changes: v.array(change) }),
      handle: (_exchange, { body: { text } }) => {
        const result = control().check(text)
        return { ok: result.ok, issues: result.ok ? [] : [...result.issues], changes: result.ok ? [...result.changes] : [] }
      },
    }),
  ]
}

function changingRoutes(control: Asked): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/config/reload',
      access: 'config:write',
      audit: 'config.reload',
      summary: 'Reads the configuration file anew and takes it in whole, or not at all.',
      answer: reloaded,
      handle: async () => toBody(await control().reload('api')),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/config',
      access: 'config:write',
      audit: 'config.replace',
      summary: 'Replaces the configuration file and takes it in. If-Match names the revision that it was made from.',
      body,
      answer: reloaded,
      handle: async (exchange, { body: { text } }) => toBody(await control().replace(text, expectedRevision(exchange))),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/config/revisions/{n}/restore',
      access: 'config:write',
      audit: 'config.restore',
      summary: 'Puts an earlier text of the configuration file back, and takes it in.',
      answer: reloaded,
      handle: async ({ params: { n = '' } }) => toBody(await control().restore(/^\d{1,9}$/.test(n) ? Number(n) : 0)),
    }),
  ]
}

/** The configuration over HTTP: what it is, what another would change, and taking another in. */
export function configurationRoutes(control: Asked): readonly Route[] {
  return [
    ...readingRoutes(control),
    ...changingRoutes(control),
    defineRoute({
      method: 'GET',
      path: '/api/config/revisions',
      access: 'config:read',
      summary: 'Earlier texts of the configuration file, newest first.',
      answer: v.object({
        revisions: v.array(v.object({ n: v.number(), saved_at: v.string(), revision: v.string(), bytes: v.number() })),
      }),
      handle: () => ({
        revisions: control()
          .revisions()
          .map(({ number, savedAtMs, revision, bytes }) => ({ n: number, saved_at: new Date(savedAtMs).toISOString(), revision, bytes })),
      }),
    }),
  ]
}
