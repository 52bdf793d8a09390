import type { ClientError } from '@proxyapi/core/dialects'
import type * as v from 'valibot'
import type { Access } from '../auth/permissions.ts'
import type { Exchange, Sent } from '../http/exchange.ts'
import type { QuerySchema } from '../http/parse-query.ts'
import type { OnceRecorded } from './once-recorded.ts'

/** The methods that routes may have. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The body of a route. */
export interface RouteBody {
  readonly schema: v.GenericSchema
  /** Bound on its size. Default: 64 KiB. */
  readonly maxBytes?: number | undefined
  /** Whether it may be left out. Default: no. */
  readonly isOptional?: boolean | undefined
  /** Whether the handler reads the body itself, and the schema only describes it. Default: no. */
  readonly isReadByHandler?: boolean | undefined
}

type Awaitable<T> = T | Promise<T>
type QueryOf<Query> = Query extends QuerySchema ? v.InferOutput<Query> : undefined
type BodyOf<Body> = Body extends { readonly isReadByHandler: true }
  ? undefined
  : Body extends { readonly schema: infer Schema extends v.GenericSchema; readonly isOptional: true }
    ? v.InferOutput<Schema> | undefined
    : Body extends { readonly schema: infer Schema extends v.GenericSchema }
      ? v.InferOutput<Schema>
      : undefined
type AnswerOf<Answer> = Answer extends v.GenericSchema ? v.InferInput<Answer> : never

/** What a handler is given besides the exchange, parsed by the schemas of its row. */
export interface RouteInput<Query, Body> {
  readonly query: Query
  readonly body: Body
}

/** One row of the table of routes, as it is written down. */
export interface RouteDefinition<
  Query extends QuerySchema | undefined,
  Body extends RouteBody | undefined,
  Answer extends v.GenericSchema | undefined,
> {
  readonly method: Method
  /** `/api/chaos/{id}/stop`; a last parameter written `{id...}` may hold slashes, encoded ones too. */
  readonly path: string
  /** What it does, in one sentence for readers of the API. */
  readonly summary: string
  /** Default: `admin`. A function decides by the request; what may ask for less says the least. */
  readonly access?: Access | { readonly least: Access; readonly of: (exchange: Exchange) => Access } | undefined
  /** What kind of call it makes (`chat`, `embeddings`, ...). Such routes are refused while the gateway shuts down. */
  readonly operation?: string | undefined
  /** Whether any of several workers answers it by itself: it tells and changes nothing of the gateway as a whole. Others are their primary's. Default: what makes a call. */
  readonly isLocal?: boolean | undefined
  /** The action's name in the audit log; `false` keeps it out. Default: method and path of what only admins may change. The handler of an audited action returns its answer: it is sent when the action has been recorded. What can't be taken back it returns as `onceRecorded`. */
  readonly audit?: string | false | undefined
  /** The parameter of the path that names an end user. */
  readonly subject?: string | undefined
  /** Parameters of the query: others are refused. Without it the query is not looked at. */
  readonly query?: Query | undefined
  readonly body?: Body | undefined
  /** The JSON that it answers with status 200. Without it the handler sends something else. */
  readonly answer?: Answer | undefined
  /** Further headers of its JSON answers, names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Media types that it can answer besides JSON. */
  readonly produces?: readonly string[] | undefined
  /** Writes errors as its clients expect them. Default: OpenAI's form. */
  readonly toErrorBody?: ((error: ClientError) => unknown) | undefined
  /** Gives the value of a JSON answer, or sends an answer of its own through the exchange. */
  readonly handle: (
    exchange: Exchange,
    input: RouteInput<QueryOf<Query>, BodyOf<Body>>,
  ) => Awaitable<AnswerOf<Answer> | OnceRecorded<AnswerOf<Answer>> | Sent>
}

/** One row of the table of routes. Made by `defineRoute`. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly access: Access | { readonly least: Access; readonly of: (exchange: Exchange) => Access }
  readonly operation?: string | undefined
  readonly isLocal?: boolean | undefined
  readonly audit?: string | true | undefined
  readonly subject?: string | undefined
  readonly query?: QuerySchema | undefined
  readonly body?: RouteBody | undefined
  readonly answer?: v.GenericSchema | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly produces?: readonly string[] | undefined
  readonly toErrorBody?: ((error: ClientError) => unknown) | undefined
  readonly handle: (exchange: Exchange, input: RouteInput<unknown, unknown>) => unknown
}

/** The least that a route's caller must be allowed. */
export function leastAccess({ access }: Pick<Route, 'access'>): Access {
  return typeof access === 'string' ? access : access.least
}

/** A route's path as its name in metrics and records. */
export function endpointOf(path: string): string {
  return path.replace('...}', '}')
}

const forEveryKey: ReadonlySet<Access> = new Set(['public', 'observe', 'key', 'user'])

/** Only what changes something is an action, and only what not every key may do. */
function auditOf({ access, audit }: Pick<RouteDefinition<undefined, undefined, undefined>, 'access' | 'audit'>): string | true | undefined {
  if (audit === false) return undefined
  if (audit !== undefined) return audit
  const isForAdmins = access === undefined || (typeof access === 'string' && !forEveryKey.has(access))
  return isForAdmins ? true : undefined
}

/**
 * One row of the table of routes: access, error form, metric label, audit action and documentation follow from it.
 *
 * @example
 * defineRoute({
 *   method: 'GET', path: '/api/greeting', access: 'user', summary: 'Says hello.',
 *   answer: v.object({ hello: v.string() }), handle: () => ({ hello: 'world' }),
 * })
 */
export function defineRoute<
  const Query extends QuerySchema | undefined = undefined,
  const Body extends RouteBody | undefined = undefined,
  const Answer extends v.GenericSchema | undefined = undefined,
>(definition: RouteDefinition<Query, Body, Answer>): Route {
  const { access = 'admin' } = definition
  return {
    ...definition,
    access,
    audit: auditOf(definition),
    handle: definition.handle as Route['handle'], // the dispatcher parses the input by the schemas that its type is made of
  }
}
